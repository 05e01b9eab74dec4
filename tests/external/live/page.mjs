// The live part of the page in Chromium, compared with results of the program.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { RESULTS, loads, open } from "../page/browser.mjs";

const OPTIONS = ["server", "server-ua", "ua", "direct"];
/** The change that the program made for `live-changed`. */
const KEY = "site.branch.update_agents";
const FRAGMENT = "#live&set=site.branch.update_agents%3D0";

/** The seconds until 95 % have the release under each option, as a page shows them. */
const stored = (name) => {
  const [, ...lines] = readFileSync(join(RESULTS, name, "summary.csv"), "utf8").trim().split("\n");
  const rows = lines.map((line) => line.split(",")).filter((row) => row[1] === "1" && row[2] === "" && row[3] === "wan_bytes");
  return new Map(rows.map((row) => [row[0], Number(row[5])]));
};

/** Waits until all is simulated. */
const simulated = (page) => page.waitForFunction(() => document.getElementById("live-status").textContent.startsWith("Simulated") && !document.getElementById("live-export").hidden);

/** What the live part shows: the recommendation, and by option the bytes over WAN links and what was stored of them. */
const shown = (page) => page.evaluate(() => {
  const row = document.querySelector('#live-table tr[data-metric="wan_bytes"]');
  const cells = [...row.querySelectorAll("td")].map((cell) => cell.firstChild.textContent);
  const halves = [...row.querySelectorAll(".half")].map((half) => half.textContent);
  return { answer: document.getElementById("live-answer").textContent, label: row.cells[0].textContent, cells, halves };
});

/** Opens a live page with settings in its address. */
async function openAt(name, fragment, options) {
  const { page, seen, file } = await open(name, options);
  await page.locator("#live-form").waitFor();
  if (fragment) await page.evaluate((to) => { location.hash = to; }, fragment);
  return { page, seen, file };
}

/** What the program says of the same settings: the text of the page's answer. */
async function answerOf(name) {
  const { page } = await open(name);
  const text = await page.locator("#answer").textContent();
  await page.close();
  return text.trim();
}

/** The values of the first live chart at a step, read by keys. */
async function curve(page, steps) {
  const box = page.locator("#live-charts .chart").first();
  await box.focus();
  for (let step = 0; step < steps; step += 1) await page.keyboard.press("ArrowRight");
  return box.locator("[aria-live]").textContent();
}

for (const scheme of ["light", "dark"]) {
  test(`a live page loads without a complaint or a request, ${scheme}`, () => loads("live", scheme, "#live-form"));
}

test("a slider that moves changes curve and recommendation to what the program says, beside what was stored", async () => {
  const { page, seen } = await openAt("live");
  const before = await answerOf("live");
  const after = await answerOf("live-changed");
  assert.notEqual(before, after);
  await page.locator(`input[data-key="${KEY}"]`).fill("0");
  await simulated(page);
  const { answer, label, cells, halves } = await shown(page);
  assert.equal(answer, after);
  assert.equal((await page.locator("#live-stored").textContent()).trim(), before);
  assert.equal(await page.locator("#live-changes li").count(), 1);
  const wan = stored("live-changed");
  const unit = { "(GB)": 1e9, "(MB)": 1e6, "(kB)": 1e3 }[label.match(/\([^()]*\)$/)[0]];
  OPTIONS.forEach((option, at) => {
    assert.ok(Math.abs(Number(cells[at].replaceAll(",", "")) * unit - wan.get(option)) <= 0.06 * unit, `${option}: ${cells[at]} ${label}`);
    assert.match(halves[at], /^stored [\d,.]+/);
  });
  const said = await curve(page, 20);
  for (const option of OPTIONS) assert.ok(said.includes(`${option} stored `) && said.includes(`${option} live `), said);
  const value = (kind) => said.match(new RegExp(`server-ua ${kind} ([\\d.<]+) %`))[1];
  let [differs, text] = [false, said];
  for (let step = 0; step < 400 && !differs; step += 1) {
    text = await curve(page, 1);
    const [was, is] = ["stored", "live"].map((kind) => text.match(new RegExp(`server-ua ${kind} ([^,]+?) %`))?.[1]);
    differs = was !== is;
  }
  assert.ok(differs, `${value("stored")} everywhere: ${text}`);
  assert.deepEqual(seen.complaints, []);
  await page.close();
});

test("without a change the live numbers are those that were stored", async () => {
  const { page } = await openAt("live", "#live&");
  await simulated(page);
  const { answer, cells, halves } = await shown(page);
  assert.equal(answer, await answerOf("live"));
  assert.deepEqual(halves, cells.map((cell) => `stored ${cell}`));
  assert.equal(await page.locator("#live-table .changed").count(), 0);
  await page.close();
});

test("the address holds the settings, and restores them", async () => {
  const { page, file } = await openAt("live");
  await page.locator(`input[data-key="${KEY}"]`).fill("0");
  await simulated(page);
  assert.equal(page.url(), file + FRAGMENT);
  const told = await shown(page);
  await page.close();
  const { page: other } = await open("live");
  await other.goto("about:blank");
  await other.goto(file + FRAGMENT);
  await simulated(other);
  assert.deepEqual(await shown(other), told);
  assert.equal(await other.locator(`input[data-key="${KEY}"]`).inputValue(), "0");
  await other.locator("#live-reset").click();
  await simulated(other);
  assert.equal(other.url(), `${file}#live&`);
  assert.equal((await shown(other)).answer, await answerOf("live"));
  await other.close();
});

test("any key can be typed; a problem is told as the program tells it", async () => {
  const { page, seen } = await openAt("live");
  const set = async (key, value) => {
    await page.locator("#live-key").fill(key);
    await page.locator("#live-value").fill(value);
    await page.locator("#live-value").press("Enter");
  };
  await set("server.slotz", "5");
  await page.locator("#live-problem").waitFor();
  assert.match(await page.locator("#live-problem").textContent(), /`slotz` is not a key of \[server\].*expected one of schedule, /s);
  await page.locator("#live-changes button").click();
  await simulated(page);
  assert.ok(await page.locator("#live-problem").isHidden());
  await set("headquarters.agents", "1");
  await simulated(page);
  assert.match((await shown(page)).answer, /95 % of the \d+ agents/);
  assert.equal(await page.locator("#live-keys option", { hasText: /^server\.slots$/ }).count(), 1);
  assert.deepEqual(seen.complaints, []);
  await page.close();
});

test("the overlay has the settings", async () => {
  const { page } = await openAt("live", FRAGMENT);
  await simulated(page);
  await page.locator("#live-export summary").click();
  const download = page.waitForEvent("download");
  await page.locator("#live-download").click();
  const file = join(RESULTS, "live.toml");
  await (await download).saveAs(file);
  const text = readFileSync(file, "utf8");
  assert.equal(text, await page.locator("#live-overlay").textContent());
  assert.ok(text.includes("[[site]]") && text.includes("update_agents = 0"), text);
  await page.close();
});

test("without WebAssembly the page has the stored results and says so", async () => {
  const { page } = await open("empty");
  await page.addInitScript(() => { delete globalThis.WebAssembly; });
  await page.goto(`file://${join(RESULTS, "live", "report.html")}`);
  await page.locator("#live-fallback").waitFor();
  assert.match(await page.locator("#live-fallback").textContent(), /no WebAssembly.*Only the stored results can be shown/);
  assert.ok(await page.locator("#live-form").isHidden());
  assert.ok(await page.locator("#protection-chart canvas").count() === 1);
  await page.close();
});

test("settings in an address are data, never code", async () => {
  const hostile = "<b>server</b>.slots";
  const { page, seen } = await openAt("live", `#live&${new URLSearchParams({ set: `${hostile}=</script><script>window.broken=1</script>` })}`);
  await page.locator("#live-problem").waitFor();
  assert.ok((await page.locator("#live-changes").textContent()).includes(hostile));
  assert.equal(await page.evaluate(() => window.broken), undefined);
  assert.equal(await page.locator("#live b").count(), 0);
  assert.deepEqual(seen.complaints, []);
  await page.close();
});

test("the policy allows the engine and nothing else", async () => {
  const { page } = await openAt("live");
  const outcome = await page.evaluate(async () => {
    const refused = async (what) => { try { await what(); return "ran"; } catch { return "refused"; } };
    const from = (type) => URL.createObjectURL(new Blob(["1"], { type }));
    const script = new Promise((resolve) => {
      const element = document.createElement("script");
      element.src = from("text/javascript");
      element.onload = () => resolve("ran");
      element.onerror = () => resolve("refused");
      document.head.append(element);
    });
    // The driver may evaluate what the page may not, until it yields.
    await new Promise((resolve) => { setTimeout(resolve, 20); });
    return [await refused(() => new Function("return 1")()), await refused(() => fetch("data:,x")), await refused(() => fetch(from("text/plain"))), await script];
  });
  assert.deepEqual(outcome, ["refused", "refused", "refused", "refused"]);
  await page.close();
});

test("the page is no wider than a telephone", async () => {
  const { page } = await openAt("live", FRAGMENT, { viewport: { width: 400, height: 800 } });
  await simulated(page);
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 400);
  await page.close();
});
