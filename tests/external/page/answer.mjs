// The recommendation on the page of companies of which it is known which option is best.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { RESULTS, open } from "./browser.mjs";

/** The seconds until 95 % of the agents are protected under each option, from summary.csv; null is never. */
function times(name) {
  const [, ...lines] = readFileSync(join(RESULTS, name, "summary.csv"), "utf8").trim().split("\n");
  const rows = lines.map((line) => line.split(",")).filter((row) => row[2] === "" && row[3] === "protected_p95_s");
  return new Map(rows.map((row) => [row[0], row[5] === "" ? null : Number(row[5])]));
}

/** The text of the answer, which must be the first text after title and question, and the time of each option as shown. */
async function answer(name) {
  const { page } = await open(name);
  const told = await page.evaluate(() => {
    const answer = document.getElementById("answer");
    const before = [];
    for (let at = answer.previousElementSibling; at; at = at.previousElementSibling) before.unshift(at.tagName);
    const options = [...document.querySelectorAll(".options th[data-option]")].map((head) => head.dataset.option);
    const row = document.querySelector('tr[data-metric="protected_p95_s"]:not([data-release])');
    const cells = [...row.querySelectorAll("td")].map((cell, place) => [options[place], { exact: cell.dataset.exact, text: cell.textContent }]);
    const { top, bottom } = answer.getBoundingClientRect();
    return { text: answer.textContent.trim(), before, cells, top, bottom };
  });
  await page.close();
  assert.deepEqual(told.before, ["P", "H1", "P"], "line of origin, title and question");
  assert.ok(told.top >= 0 && told.bottom < 450, "visible without scrolling");
  return { ...told, cells: new Map(told.cells) };
}

for (const option of ["server", "server-ua", "ua", "direct"]) {
  test(`the recommendation is ${option} where it protects soonest, with the time of summary.csv`, async () => {
    const { text, cells } = await answer(`best-${option}`);
    const kept = times(`best-${option}`);
    const own = kept.get(option);
    for (const [other, time] of kept) assert.ok(other === option || time === null || time > own, `${other}: ${time} ${own}`);
    assert.ok(text.startsWith(`Use ${option}: `), text);
    assert.equal(Number(cells.get(option).exact), own);
    const shown = cells.get(option).text.replace("best ★", "").trim();
    assert.ok(text.includes(` have the release after ${shown}, `), `${text} ${shown}`);
  });
}

test("nothing is recommended where no option is better", async () => {
  const kept = times("equal");
  assert.ok(kept.get("server") === kept.get("server-ua") && kept.get("server") === kept.get("ua"));
  const { text } = await answer("equal");
  assert.ok(!text.startsWith("Use ") && text.includes("no difference between server, server-ua and ua that "), text);
});

test("nothing is recommended where no option protects", async () => {
  assert.deepEqual([...times("narrow").values()], [null, null, null, null]);
  const { text } = await answer("narrow");
  assert.ok(text.startsWith("Under no option do 95 % of the 130 agents have every release"), text);
});
