// A chapter of the book on disk in Firefox: writes into a cell, runs it, searches; prints as JSON what came.
import { launch } from "puppeteer-core";

const { firefox, chapter, search, code } = JSON.parse(process.argv[2]);
const SLOW = 120_000; // milliseconds: Python loads
const browser = await launch({
  browser: "firefox",
  executablePath: firefox,
  protocolTimeout: SLOW,
  env: { ...process.env, MOZ_REMOTE_SETTINGS_DEVTOOLS: "1" },
});
const page = await browser.newPage();
page.setDefaultTimeout(SLOW);
await page.goto(chapter);
await page.mouse.move(5, 5);
await page.mouse.move(9, 9);
await page.evaluate(() => {
  document.documentElement.dataset.whole = "";
  document.getElementById("cell-setup").scrollIntoView();
});
await page.waitForSelector("#cell-setup .cm-content");
await page.click("#cell-setup .cm-content");
await page.keyboard.down("Control");
await page.keyboard.press("a");
await page.keyboard.up("Control");
await page.keyboard.type(code);
await page.click("#cell-setup [data-action=run]");
await page.waitForSelector("#cell-setup:is([data-state=yours], [data-state=problem])");
const output = await page.$eval("#cell-setup > .cell_output", (e) => e.innerText.trim());
await page.goto(search);
const first = await page.waitForSelector("#search-results h2 a").then((link) => link.evaluate((a) => a.href));
console.log(JSON.stringify({ output, first }));
await browser.close();
