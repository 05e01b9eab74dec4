// What a plan's page says about its answer, compared with the tables of the plan.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { RESULTS, loads, open } from "./browser.mjs";

/** The rows of a table of the plan `name`, by its columns. */
function rows(name, table) {
  const [head, ...lines] = readFileSync(join(RESULTS, name, table), "utf8").trim().split("\n").map((line) => line.split(","));
  return lines.map((cells) => Object.fromEntries(head.map((column, place) => [column, cells[place]])));
}

/** The texts of the cells of a table of the page, by row. */
const cells = (page, table) => page.locator(`#${table} tbody tr`).evaluateAll(
  (all) => all.map((row) => [...row.cells].map((cell) => cell.textContent)));

/** The number in a text such as "27,800". */
const number = (text) => Number(text.replaceAll(",", ""));

for (const scheme of ["light", "dark"]) {
  test(`a plan with prices loads without a complaint or a request, ${scheme}`, () => loads("risky", scheme, ".chart canvas"));
}

test("the days that missed are those of days.csv, with their values and causes", async () => {
  const { page } = await open("risky");
  const missed = rows("risky", "days.csv").filter((row) => row.met === "false");
  assert.ok(missed.length > 0);
  const shown = await cells(page, "plan-missed");
  assert.deepEqual(shown.map(([day]) => day), missed.map((row) => row.day));
  for (const [, value, why] of shown) {
    assert.match(value, /^\d+ min$/);
    assert.ok(why.length > 10, why);
  }
  await page.close();
});

test("the risk of each number of Update Agents is that of risk.csv", async () => {
  const { page } = await open("risky");
  const risk = rows("risky", "risk.csv");
  assert.ok(risk.length > 1);
  const shown = await cells(page, "plan-risk");
  assert.deepEqual(shown.map((row) => row.slice(0, 3)), risk.map((row) => [row.update_agents, row.days, row.days_missed]));
  for (const [, days, missed, share, interval] of shown) {
    assert.equal(share, `${(100 * missed / days).toFixed(1)} %`);
    const [low, high] = interval.match(/[\d.]+/g).map(Number);
    assert.ok(low <= parseFloat(share) && parseFloat(share) <= high, `${share} ${interval}`);
  }
  await page.close();
});

test("the trade-off is the front of trade_off.csv: dearer is sooner", async () => {
  const { page } = await open("risky");
  const front = rows("risky", "trade_off.csv").filter((row) => row.on_front === "true");
  assert.ok(front.length > 1);
  const shown = await cells(page, "plan-trade-off");
  assert.equal(shown.length, front.length);
  for (const [place, [cost, , agents, option]] of shown.entries()) {
    const kept = front[place];
    assert.ok(Math.abs(number(cost) - kept.cost_per_year) <= 0.5, `${cost} ${kept.cost_per_year}`);
    assert.deepEqual([agents, option], [kept.update_agents, `${kept.option} ${kept.setting}`]);
  }
  await page.close();
});

test("the pictures of risk and trade-off are on the page, and the browser can draw them", async () => {
  const { page } = await open("risky");
  const pictures = page.locator("#plan figure img");
  assert.equal(await pictures.count(), 2);
  for (const width of await pictures.evaluateAll((all) => all.map((image) => image.naturalWidth))) assert.ok(width > 100);
  await page.close();
});

test("the cost of a year and its items are among the effects", async () => {
  const { page } = await open("risky");
  const labels = (await cells(page, "plan-effects")).map(([label]) => label);
  for (const label of ["cost of a year", "of it bandwidth", "of it traffic"]) assert.ok(labels.includes(label), labels.join());
  const answer = await page.locator("#answer").textContent();
  assert.match(answer, /costs? [\d,]+ a year/);
  // The cost of each, as for each site in the table.
  const placed = rows("risky", "plan.csv").filter((row) => row.update_agents > 0);
  const total = placed.reduce((sum, row) => sum + Number(row.cost_per_year), 0);
  const one = placed[0].cost_per_year / placed[0].update_agents;
  const [, sum, each] = answer.match(/The Update Agents cost ([\d,]+) a year, ([\d,]+) each\./) ?? answer.match(/The Update Agent costs (([\d,]+)) a year\./);
  assert.deepEqual([number(sum), number(each)], [total, one]);
  await page.close();
});

test("a plan with one candidate has no section about risk, and no link to one", async () => {
  const { page } = await open("plan");
  assert.equal(rows("plan", "risk.csv").length, 1);
  assert.equal(await page.locator("#plan").count(), 0);
  assert.equal(await page.locator('nav a[href="#plan"]').count(), 0);
  await page.close();
});

test("a plan's page is as wide as a telephone's window and no wider", async () => {
  const { page } = await open("risky", { viewport: { width: 400, height: 800 } });
  await page.locator("#map circle").first().waitFor();
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 400);
  await page.close();
});
