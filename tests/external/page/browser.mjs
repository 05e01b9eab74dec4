// Chromium, and how a page is opened in it.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { after, before } from "node:test";

const { UPDRAFT_RESULTS, UPDRAFT_SCREENSHOTS, UPDRAFT_PLAYWRIGHT, UPDRAFT_CHROMIUM } = process.env;
const { chromium } = await import(UPDRAFT_PLAYWRIGHT);
export const RESULTS = UPDRAFT_RESULTS;

let browser;
before(async () => {
  mkdirSync(UPDRAFT_SCREENSHOTS, { recursive: true });
  const args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync"];
  browser = await chromium.launch({ executablePath: UPDRAFT_CHROMIUM, args });
});
after(() => browser?.close());

/** Opens a page; what the browser complains of, and asks for, is kept. */
export async function open(name, options = {}) {
  const page = await browser.newPage({ viewport: { width: 1200, height: 900 }, ...options });
  const file = `file://${join(RESULTS, name, "report.html")}`;
  const seen = { complaints: [], requests: [] };
  page.on("console", (message) => seen.complaints.push(message.text()));
  page.on("pageerror", (error) => seen.complaints.push(String(error)));
  page.on("dialog", (dialog) => {
    seen.complaints.push(dialog.message());
    dialog.dismiss();
  });
  // What stands in the page itself is no request.
  page.on("request", (request) => request.url().startsWith("data:") || seen.requests.push(request.url()));
  await page.goto(file);
  return { page, seen, file };
}

/** Opens a page in a colour scheme, waits for `shown` and keeps a screenshot: nothing is complained of or asked for. */
export async function loads(name, scheme, shown) {
  const { page, seen, file } = await open(name, { colorScheme: scheme });
  await page.locator(shown).first().waitFor();
  await page.screenshot({ path: join(UPDRAFT_SCREENSHOTS, `${name}-${scheme}.png`), fullPage: true });
  assert.deepEqual(seen.complaints, []);
  assert.deepEqual(seen.requests, [file]);
  await page.close();
}

/** The texts of a column of a table. */
export const column = (page, table, nth) => page.locator(`#${table} tbody tr > :nth-child(${nth})`).allTextContents();
