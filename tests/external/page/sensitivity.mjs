// What a reader does with the page of a sensitivity analysis, done in Chromium.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { RESULTS, loads, open } from "./browser.mjs";

/** sensitivity.csv: "metric key index" → value. */
function indices(name) {
  const [, ...lines] = readFileSync(join(RESULTS, name, "sensitivity.csv"), "utf8").trim().split("\n");
  return new Map(lines.map((line) => line.split(",")).map((row) => [row.slice(2, 5).join(" "), row[5]]));
}

/** The rows of a ranking: key and all digits of an index. */
const ranking = (page, metric, nth) => page.locator(`table[data-metric="${metric}"] tbody tr`).evaluateAll(
  (rows, at) => rows.map((row) => [row.cells[0].textContent, row.cells[at].dataset.exact]), nth);

for (const scheme of ["light", "dark"]) {
  test(`rankings load without a complaint or a request, ${scheme}`, async () => {
    for (const name of ["ranking", "hostile-ranking"]) await loads(name, scheme, "table.sortable th button");
  });
}

test("the rankings are those of sensitivity.csv", async () => {
  const { page } = await open("ranking");
  const kept = indices("ranking");
  let seen = 0;
  for (const metric of ["wan_bytes", "protected_p95_s"]) {
    for (const [nth, index] of [[1, "mu_star"], [3, "mu"], [4, "sigma"]]) {
      for (const [key, exact] of await ranking(page, metric, nth)) {
        assert.equal(exact, kept.get(`${metric} ${key} ${index}`), `${metric} ${key} ${index}`);
        seen += 1;
      }
    }
  }
  assert.ok(seen > 2 * 3 * 20, `${seen} numbers`);
  const answers = await page.locator(".answer").allTextContents();
  assert.equal(answers.length, 2);
  assert.match(answers[0], /^wan_bytes under server /);
  const left = await page.locator("#left-out tbody tr").allTextContents();
  assert.ok(left.some((row) => row.includes("sources.stale") && row.includes("--set says")), left.join("\n"));
  await page.close();
});

test("a click on a heading sorts a ranking, by mouse and by keys, and words filter it", async () => {
  const { page } = await open("ranking");
  const table = page.locator('table[data-metric="wan_bytes"]');
  const head = table.locator("th", { hasText: "σ" });
  const numbers = async () => (await ranking(page, "wan_bytes", 4)).map(([, exact]) => (exact === "" ? Infinity : Number(exact)));
  await head.locator("button").click();
  const falling = await numbers();
  assert.deepEqual(falling, [...falling].sort((a, b) => b - a));
  assert.equal(await head.getAttribute("aria-sort"), "descending");
  await head.locator("button").press("Enter");
  assert.deepEqual(await numbers(), falling.reverse());
  await table.locator("th button", { hasText: "Key" }).click();
  const keys = (await ranking(page, "wan_bytes", 0)).map(([key]) => key);
  assert.deepEqual(keys, [...keys].sort((a, b) => a.localeCompare(b, "en", { numeric: true })));
  await page.locator("input[data-filters=ranking-1]").fill("notification");
  const shown = await table.locator("tbody tr:visible th").allTextContents();
  assert.ok(shown.length > 1 && shown.length < keys.length && shown.every((key) => key.includes("notification")), shown.join());
  await page.close();
});

test("values that are markup are data, never code", async () => {
  const { page, seen } = await open("hostile-ranking");
  assert.equal(await page.evaluate(() => window.broken), undefined);
  assert.equal(await page.locator("script").count(), 1);
  const values = await page.locator("table[data-metric] tbody td:last-child").allTextContents();
  assert.ok(values.some((text) => text.includes("</script><script>window.broken = 1</script>")), values.join());
  assert.deepEqual(seen.complaints, []);
  await page.close();
});
