// What a reader does with the page of a run, done in Chromium.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { RESULTS, column, loads, open } from "./browser.mjs";

/** The headlines of summary.csv of the first replication: "option metric" → value. */
function summary(name) {
  const [, ...lines] = readFileSync(join(RESULTS, name, "summary.csv"), "utf8").trim().split("\n");
  const rows = lines.map((line) => line.split(","));
  return new Map(rows.filter((row) => row[1] === "1" && row[2] === "").map((row) => [`${row[0]} ${row[3]}`, row[5]]));
}

for (const scheme of ["light", "dark"]) {
  test(`it loads without a complaint or a request, ${scheme}`, async () => {
    for (const name of ["branches", "hostile", "plan"]) await loads(name, scheme, ".chart canvas");
  });
}

test("the numbers are those of summary.csv", async () => {
  const { page } = await open("branches");
  const told = await page.evaluate(() => {
    const options = [...document.querySelectorAll(".options th[data-option]")].map((head) => head.dataset.option);
    return [...document.querySelectorAll("tr[data-metric]:not([data-release])")].flatMap((row) => [...row.querySelectorAll("td")].map(
      (cell, place) => [`${options[place]} ${row.dataset.metric}`, cell.dataset.exact]));
  });
  const kept = summary("branches");
  assert.ok(told.length >= 4 * 15, `${told.length} numbers`);
  for (const [key, value] of told) {
    assert.equal(value === "" ? "" : Number(value), kept.get(key) === "" ? "" : Number(kept.get(key)), key);
  }
  const sites = (await page.locator("#site-table .note").textContent()).match(/of (\d+)/)[1];
  assert.equal(Number(sites), 31);
  await page.close();
});

test("the slider moves the map, and so does the option", async () => {
  const { page } = await open("branches");
  const widths = () => page.locator("#map line").evaluateAll((lines) => lines.map((line) => line.getAttribute("stroke-width")).join());
  const clock = () => page.locator("#map-clock").textContent();
  const busiest = [await widths(), await clock()];
  await page.locator("#map-time").fill("0");
  const first = [await widths(), await clock()];
  assert.notEqual(first[0], busiest[0]);
  assert.notEqual(first[1], busiest[1]);
  await page.locator("#map-time").press("End");
  await page.locator("#map-time").press("ArrowLeft");
  assert.notEqual(await clock(), first[1]);
  await page.locator("#map-time").fill("0");
  await page.locator("#map-option").selectOption("direct");
  assert.notEqual(await widths(), first[0]);
  await page.close();
});

test("a click on a heading sorts, a second one turns the order", async () => {
  const { page } = await open("branches");
  const head = page.locator("#site-table th", { hasText: "Agents" });
  const agents = async () => (await column(page, "site-table", 2)).map((text) => Number(text.replaceAll(",", "")));
  await head.locator("button").click();
  const falling = await agents();
  assert.deepEqual(falling, [...falling].sort((a, b) => b - a));
  assert.equal(await head.getAttribute("aria-sort"), "descending");
  await head.locator("button").press("Enter");
  const rising = await agents();
  assert.deepEqual(rising, [...rising].sort((a, b) => a - b));
  assert.ok(falling[0] > rising[0]);
  await page.close();
});

test("a click on a site filters the tables, by mouse and by keys", async () => {
  const { page } = await open("branches");
  const site = page.locator("#map circle").nth(7);
  const name = (await site.getAttribute("aria-label")).split(",")[0];
  await site.click();
  assert.deepEqual(await column(page, "site-table", 1), [name]);
  assert.deepEqual(await column(page, "update-agent-table", 1), [`${name}/ua-1`]);
  const links = await column(page, "link-table", 1);
  assert.ok(links.length > 0 && links.every((link) => link.includes(name)), links.join());
  assert.equal(await page.locator("#filter-name").textContent(), name);
  await page.locator("#filter-clear").click();
  assert.ok((await column(page, "site-table", 1)).length > 20);
  await page.locator("#map circle").first().focus();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Enter");
  const next = (await page.locator("#map circle").nth(1).getAttribute("aria-label")).split(",")[0];
  assert.deepEqual(await column(page, "site-table", 1), [next]);
  await page.locator("#filter-clear").click();
  await page.locator("#table-search").fill("branch-01");
  assert.ok((await column(page, "site-table", 1)).every((text) => text.includes("branch-01")));
  await page.close();
});

test("hovering and arrow keys say numbers, a legend hides its curve", async () => {
  const { page } = await open("branches");
  const chart = page.locator("#protection-chart .chart");
  await chart.locator(".u-over").hover();
  const values = () => chart.locator(".u-legend .u-series:not([hidden]) .u-value").allTextContents();
  assert.ok((await values()).slice(1).every((text) => text.endsWith(" %")), (await values()).join());
  await chart.press("ArrowRight");
  assert.match(await chart.locator("[aria-live]").textContent(), /after the release: server [\d.]+ %, server-ua/);
  const legend = chart.locator(".u-legend [role=switch]").first();
  await legend.press("Enter");
  assert.equal(await legend.getAttribute("aria-checked"), "false");
  await page.locator("#map circle").nth(3).hover();
  assert.match(await page.locator("#tip").textContent(), /agents\n.*Mbit\/s, \d+ % busy\n95 % protected/);
  await page.close();
});

test("names are data, never code", async () => {
  const { page, seen } = await open("hostile");
  assert.equal(await page.evaluate(() => window.broken), undefined);
  assert.match(await page.title(), /^<\/title><\/script><script>/);
  assert.equal(await page.locator("img").count(), 0);
  assert.equal(await page.locator("script").count(), 2);
  const names = await column(page, "site-table", 1);
  assert.ok(names.some((name) => name.startsWith("<script>window.broken = 1</script>")), names.join());
  assert.ok(names.some((name) => name.startsWith("</script><img src=x")), names.join());
  assert.ok(names.includes("=cmd|' /C calc'!A0") || names.includes("=cmd|' /C calc'!A0-001"), names.join());
  assert.ok(names.some((name) => name.startsWith("../../escape")), names.join());
  await page.locator("#map circle").nth(2).click();
  assert.match(await page.locator("#filter-name").textContent(), /^<script>/);
  assert.deepEqual(seen.complaints, []);
  await page.close();
});

test("a site's own Internet access is among its links", async () => {
  const { page } = await open("hostile");
  const site = page.locator('#map circle[aria-label^="=cmd"]');
  await site.click();
  const links = await column(page, "link-table", 1);
  assert.ok(links.some((link) => link.startsWith("internet – =cmd")), links.join());
  assert.ok(links.some((link) => link.startsWith("hq – =cmd")), links.join());
  assert.equal(links.length, 2);
  const sites = await column(page, "agent-table", 2);
  assert.ok(sites.length > 0 && sites.every((name) => name.startsWith("=cmd")), sites.join());
  await page.close();
});

test("the slowest agents are those of slowest_agents.csv, and can be sorted", async () => {
  const { page } = await open("branches");
  const option = await page.locator("#table-option").inputValue();
  const [, ...lines] = readFileSync(join(RESULTS, "branches", "slowest_agents.csv"), "utf8").trim().split("\n");
  const kept = lines.map((line) => line.split(",")).filter((cells) => cells[0] === option).map((cells) => cells[2]);
  assert.equal(kept.length, 100);
  const shown = await column(page, "agent-table", 1);
  assert.deepEqual(shown, kept.slice(0, shown.length));
  await page.locator("#agent-table th button", { hasText: "Agent" }).first().click();
  const names = await column(page, "agent-table", 1);
  assert.deepEqual(names, [...names].sort((a, b) => a.localeCompare(b, "en", { numeric: true })));
  await page.close();
});

test("verdicts on thresholds are said in words", async () => {
  const { page } = await open("hostile");
  assert.deepEqual(await page.locator("#thresholds td:nth-child(3)").allTextContents(), new Array(4).fill("✗ broken"));
  assert.equal(await (await open("branches")).page.locator("#thresholds").count(), 0);
  await page.close();
});

test("a foreign script does not run even if it came in", async () => {
  const { page, seen } = await open("hostile");
  await page.evaluate(() => {
    const script = document.createElement("script");
    script.textContent = "window.broken = 1";
    document.body.append(script);
  });
  assert.equal(await page.evaluate(() => window.broken), undefined);
  assert.ok(seen.complaints.some((text) => text.includes("Content Security Policy")));
  await page.close();
});

test("a page is as wide as a telephone's window and no wider", async () => {
  for (const name of ["branches", "hostile", "plan"]) {
    const { page } = await open(name, { viewport: { width: 400, height: 800 } });
    await page.locator("#map circle").first().waitFor();
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 400, name);
    await page.close();
  }
});

test("the map marks sites with an Update Agent, and by option those that stay outdated, with their names", async () => {
  const { page } = await open("hostile");
  const network = await page.evaluate(() => JSON.parse(document.getElementById("data").textContent).network);
  const relays = new Set(network.update_agents.map((at) => at.site));
  assert.equal(await page.locator("#map circle.relay").count(), relays.size);
  const names = await page.locator("#map-option option").allTextContents();
  for (const [place, name] of names.entries()) {
    await page.locator("#map-option").selectOption(name);
    const outdated = network.outcomes[place].sites.map(([count], site) => [count, network.sites[site]]).filter(([count]) => count > 0);
    assert.equal(await page.locator("#map circle.outdated").count(), outdated.length, name);
    assert.equal(await page.locator("#map-outdated").isVisible(), outdated.length > 0, name);
    const written = await page.locator("#map .outdated-names text").allTextContents();
    const below = outdated.filter(([, site]) => site.above !== null);
    assert.equal(written.length, Math.min(12, below.length), name);
    for (const text of written) assert.ok(below.some(([, site]) => site.name === text), text);
  }
  await page.close();
});

test("the map shows a graph with all its links, and routers as places", async () => {
  const { page } = await open("graph");
  const network = await page.evaluate(() => JSON.parse(document.getElementById("data").textContent).network);
  const squares = page.locator("#map rect.router");
  assert.deepEqual(await squares.locator("title").allTextContents(), ["exchange"]);
  const numbers = (shapes, attributes) => shapes.evaluateAll(
    (all, names) => all.map((shape) => names.map((name) => Number(shape.getAttribute(name)))), attributes);
  const [[x, y, size]] = await numbers(squares, ["x", "y", "width"]);
  const places = [...await numbers(page.locator("#map circle"), ["cx", "cy"]), [x + size / 2, y + size / 2]];
  const names = [...network.sites.map((site) => site.name), ...network.routers];
  // Every line ends at the centres of what it connects; headquarters' own leads to the Internet.
  const nearest = (px, py) => names[places.findIndex(([cx, cy]) => Math.hypot(px - cx, py - cy) < 1)];
  const connected = async (lines) => (await numbers(lines, ["x1", "y1", "x2", "y2"]))
    .map(([x1, y1, x2, y2]) => [nearest(x1, y1), nearest(x2, y2)].filter(Boolean).sort().join(" – ")).sort();
  assert.deepEqual(await connected(page.locator("#map line:not([stroke-dasharray])")), ["east – hq", "exchange – south", "hq", "hq – north"]);
  assert.deepEqual(await connected(page.locator("#map line[stroke-dasharray]")), ["east – north", "east – south", "exchange – hq"]);
  await page.close();
});

test("a plan tells its sites and what it changes", async () => {
  const { page } = await open("plan");
  const manifest = JSON.parse(readFileSync(join(RESULTS, "plan", "manifest.json"), "utf8"));
  const { effects } = manifest.purpose;
  const rows = await page.locator("#plan-effects tbody tr").evaluateAll((all) => all.map((row) => [...row.cells].map((cell) => cell.textContent)));
  assert.deepEqual(rows, effects.map((at) => [at.label, at.before, at.after, at.outcome]));
  assert.ok(rows.length >= 8);
  await page.close();
});
