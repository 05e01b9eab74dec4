// What a reader does with the page of a sweep, done in Chromium.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { RESULTS, column, loads, open } from "./browser.mjs";

/** estimates.csv: "point option metric" → [mean, low, high] as they are written. */
function estimates(name) {
  const [, ...lines] = readFileSync(join(RESULTS, name, "estimates.csv"), "utf8").trim().split("\n");
  return new Map(lines.map((line) => line.split(",")).map((row) => [row.slice(0, 3).join(" "), row.slice(4, 7)]));
}

/** points.csv: the values of each point. */
function points(name) {
  const [, ...lines] = readFileSync(join(RESULTS, name, "points.csv"), "utf8").trim().split("\n");
  return lines.map((line) => line.split(",").slice(2));
}

/** What the explorer shows of each metric, with all digits. */
const shown = (page) => page.locator("#explorer-table tbody tr").evaluateAll((rows) => rows.map((row) => {
  const [, mean, interval, , above] = row.cells;
  return [row.dataset.metric, [mean.dataset.exact, interval.dataset.low, interval.dataset.high], above.dataset.exact];
}));

const same = (a, b) => (a === "" || b === "" ? a === b : Number(a) === Number(b));
const told = (page) => page.locator("#explorer-point").textContent();

/** That the explorer shows the estimates of a point under an option. */
async function shows(page, name, point, option) {
  const kept = estimates(name);
  for (const [metric, found] of await shown(page)) {
    const expected = kept.get(`${point} ${option} ${metric}`);
    assert.ok(expected.every((value, at) => same(value, found[at])), `${point} ${option} ${metric}: ${found} are not ${expected}`);
  }
}

for (const scheme of ["light", "dark"]) {
  test(`sweeps load without a complaint or a request, ${scheme}`, async () => {
    for (const name of ["grid", "sampled", "ranged"]) await loads(name, scheme, ".chart canvas");
    await loads("hostile-sweep", scheme, "#explorer-table td[data-exact]");
  });
}

test("the explorer's numbers are those of estimates.csv, at every point of a grid", async () => {
  const { page } = await open("grid");
  const all = points("grid");
  assert.equal(all.length, 6);
  const factors = page.locator("select[data-factor]");
  for (const [number, values] of all.entries()) {
    for (const [factor, value] of values.entries()) await factors.nth(factor).selectOption(value);
    for (const option of ["server", "ua"]) {
      await page.locator("#explorer-option").selectOption(option);
      assert.match(await told(page), new RegExp(`^Point ${number + 1}, under ${option}: `));
      await shows(page, "grid", number + 1, option);
    }
  }
  await page.close();
});

test("a button goes to the best point, from which nothing is missing", async () => {
  const { page } = await open("grid");
  const kept = [...estimates("grid")].filter(([key]) => key.endsWith(" protected_p95_s"));
  const least = Math.min(...kept.map(([, [mean]]) => Number(mean)));
  await page.locator("select[data-factor]").first().selectOption("1");
  await page.locator("#explorer-option").selectOption("server");
  const row = page.locator('#explorer-table tr[data-metric="protected_p95_s"]');
  const above = async () => Number(await row.locator("td").nth(3).getAttribute("data-exact"));
  const mean = async () => Number(await row.locator("td").first().getAttribute("data-exact"));
  assert.ok(await above() > 0);
  assert.equal(await above(), await mean() - least);
  await row.locator("button").click();
  assert.equal(await mean(), least);
  assert.equal(await row.locator("td").nth(3).textContent(), "none");
  await page.close();
});

test("between simulated points the nearest is shown and named", async () => {
  const { page } = await open("sampled");
  const slider = page.locator('input[data-factor="server.slots"]');
  const words = page.locator('select[data-factor="network.model"]');
  assert.match(await told(page), /^Point \d+, under /);
  const seen = new Set();
  for (const level of ["0", "7", "15"]) {
    for (const model of ["fluid", "tcp"]) {
      await slider.fill(level);
      await words.selectOption(model);
      const said = await told(page);
      const [, exact, point] = said.match(/^(?:(Point)|No point on this page has exactly these levels\. The nearest is point) (\d+)/);
      await shows(page, "sampled", point, "server");
      const [slots, , found] = points("sampled")[point - 1];
      assert.ok(said.includes(`server.slots = ${slots},`) && said.includes(`network.model = ${found}`), said);
      if (exact) assert.equal(found, model);
      seen.add(point);
    }
  }
  assert.ok(seen.size > 2, [...seen].join());
  assert.ok((await slider.getAttribute("aria-valuetext")).length > 0);
  await page.close();
});

test("curves are of points that were simulated, and follow the levels", async () => {
  const { page } = await open("grid");
  const charts = page.locator("#curves-charts .chart");
  assert.equal(await charts.count(), 2);
  const values = page.locator("#curves-charts .chart").first().locator("[aria-live]");
  const read = async () => {
    await charts.first().focus();
    await page.keyboard.press("ArrowRight");
    return values.textContent();
  };
  await page.locator("#curves-factor").selectOption({ label: "server.slots" });
  await page.locator('select[data-factor="site.branch.bandwidth"]').selectOption("2 Mbit/s");
  const slow = await read();
  assert.match(slow, /^server\.slots = 5: server .+ \(.+ … .+\), ua .+ \(.+ … .+\)$/);
  await page.locator('select[data-factor="site.branch.bandwidth"]').selectOption("8 Mbit/s");
  await page.keyboard.press("ArrowLeft");
  const fast = await read();
  assert.ok(fast.startsWith("server.slots = 5: ") && fast !== slow, fast);
  await page.locator("#curves-factor").selectOption({ label: "site.branch.bandwidth" });
  assert.equal(await charts.count(), 2);
  assert.match(await read(), /^site\.branch\.bandwidth = 8 Mbit\/s: /);
  await page.close();
});

test("a click on a heading sorts the points, words filter them", async () => {
  const { page } = await open("grid");
  const head = page.locator("#points-table th", { hasText: "protected_p95_s" });
  const exact = () => page.locator("#points-table tbody tr > :nth-child(5)").evaluateAll((cells) => cells.map((cell) => Number(cell.dataset.exact)));
  await head.locator("button").click();
  const rising = await exact();
  assert.equal(rising.length, 12);
  assert.deepEqual(rising, [...rising].sort((a, b) => a - b));
  assert.equal(await head.getAttribute("aria-sort"), "ascending");
  await head.locator("button").press("Enter");
  assert.deepEqual(await exact(), rising.reverse());
  await page.locator("#points-filter").fill("8 Mbit/s ua");
  const shownRows = await page.locator("#points-table tbody tr:visible").allTextContents();
  assert.ok(shownRows.length === 3 && shownRows.every((row) => row.includes("8 Mbit/s") && row.includes("ua")), shownRows.join("\n"));
  assert.equal(await page.locator("#points-shown").textContent(), "3 of 12 rows");
  await page.close();
});

test("levels that are markup are data, never code", async () => {
  const { page, seen } = await open("hostile-sweep");
  assert.equal(await page.evaluate(() => window.broken), undefined);
  assert.equal(await page.locator("script").count(), 2);
  const levels = await page.locator('select[data-factor="headquarters.name"] option').allTextContents();
  assert.ok(levels.some((level) => level.includes("</script><script>window.broken = 1</script>")), levels.join());
  const cells = await column(page, "points-table", 2);
  assert.ok(cells.some((cell) => cell.includes("<img src=x")), cells.join());
  assert.deepEqual(seen.complaints, []);
  await page.close();
});
