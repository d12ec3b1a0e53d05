// One reader of a chapter in Firefox, with mouse and keyboard; prints as JSON what that reader saw.
// `test_firefox.py` judges it.
import { launch } from "puppeteer-core";

const { firefox, plain, strict, proxy, exercise, predict } = JSON.parse(process.argv[2]);
const SLOW = 120_000; // milliseconds: Python loads, on a machine that may have much to do
const saw = { seconds: {} };

const browser = await launch({
  browser: "firefox",
  executablePath: firefox,
  protocolTimeout: SLOW,
  // Heed puppeteer's setting that Firefox asks its maker for nothing.
  env: { ...process.env, MOZ_REMOTE_SETTINGS_DEVTOOLS: "1" },
  extraPrefsFirefox: {
    // Whatever is not on this machine is asked of the proxy, where the test listens: by the page and its workers alike.
    "network.proxy.type": 1,
    "network.proxy.http": "127.0.0.1",
    "network.proxy.http_port": proxy,
    "network.proxy.ssl": "127.0.0.1",
    "network.proxy.ssl_port": proxy,
    // Firefox looks for a way out by itself; that is not the page's doing.
    "network.captive-portal-service.enabled": false,
    "network.connectivity-service.enabled": false,
  },
});
const page = await browser.newPage();
page.setDefaultTimeout(SLOW);
const errors = [];
page.on("pageerror", (error) => errors.push(error.message));
page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
const asked = new Set();
page.on("request", (request) => asked.add(request.url().split("/").at(-1)));

// Waits until `holds(...given)` is true in the page. (Puppeteer's own `waitForFunction` needs eval, which a strict
// policy forbids.)
async function until(holds, ...given) {
  for (const end = Date.now() + SLOW; Date.now() < end; await new Promise((resume) => setTimeout(resume, 20))) {
    if (await page.evaluate(holds, ...given)) return;
  }
  throw new Error(`waited in vain for ${holds} of ${given}`);
}

async function chord(held, key) {
  await page.keyboard.down(held);
  await page.keyboard.press(key);
  await page.keyboard.up(held);
}

const focused = () => page.evaluate(() => document.activeElement.dataset.action ?? document.activeElement.className);

class Cell {
  constructor(name) {
    this.box = `#cell-${name}`;
  }

  press = (action) => page.click(`${this.box} [data-action=${action}]`);
  state = () => page.$eval(`${this.box} .live-state`, (e) => e.textContent);
  output = () => page.$eval(`${this.box} > .cell_output`, (e) => e.innerText.trim());
  text = () => page.$$eval(`${this.box} .cm-line`, (lines) => lines.map((line) => line.textContent).join("\n"));

  /** Types over what stands there, key by key; each line replaces the indentation that the editor has given it. */
  async write(text) {
    await page.click(`${this.box} .cm-content`);
    await chord("Control", "KeyA");
    for (const [place, line] of text.split("\n").entries()) {
      if (place) await page.keyboard.press("Enter"), await chord("Shift", "Home");
      await page.keyboard.type(line);
    }
  }

  rest() {
    return until((box) => !["running", ""].includes(document.querySelector(box).dataset.state), this.box);
  }

  /** Presses a button; gives the seconds until the result stands there. */
  async run(action = "run") {
    const began = performance.now();
    await this.press(action);
    await this.rest();
    return (performance.now() - began) / 1000;
  }
}

/** Opens the chapter; gives the number of editors before there was any sign of a reader. */
async function open(address) {
  await page.goto(address);
  const before = (await page.$$(".cm-editor")).length;
  await page.mouse.move(5, 5);
  await page.mouse.move(9, 9);
  await page.$eval("#cell-setup", (box) => box.scrollIntoView());
  await until(() => document.documentElement.dataset.cells === "ready");
  return before;
}

async function read() {
  saw.version = await browser.version();
  const names = ["setup", "learning-rate-plot", exercise.cell, predict.cell];
  const [setup, figure, task, number] = names.map((name) => new Cell(name));

  saw.editors = [await open(plain), (await page.$$("#cell-setup .cm-editor")).length];

  // A prediction: no Python is loaded for it.
  await page.type(`${number.box} input`, predict.answer);
  await number.press("check");
  saw.predicted = await number.output();
  saw.python_before = asked.has("python.js");

  // A line of the reader's own.
  await setup.write("2 ** 10");
  saw.seconds.first = await setup.run();
  saw.power = [await setup.output(), await setup.state()];
  saw.python_after = asked.has("python.js");
  saw.seconds.again = await setup.run();

  // An endless loop, and a line after it.
  await setup.write("while True: pass");
  await setup.press("run");
  await until(() => document.querySelector("#cell-setup .live-state").textContent === "Running …");
  saw.seconds.stop = await setup.run("stop");
  saw.stopped = await setup.state();
  await setup.write("6 * 7");
  saw.seconds.afresh = await setup.run();
  saw.after_stop = await setup.output();

  // Tab indents; Escape, then Tab leaves.
  await page.click("#cell-setup .cm-content");
  await page.keyboard.press("Tab");
  saw.tab = await focused();
  await page.keyboard.press("Escape");
  await page.keyboard.press("Tab");
  saw.escape_tab = await focused();
  await setup.press("reset");

  // A figure, with the cell above that it needs.
  saw.seconds.figure = await figure.run();
  saw.figure_state = await figure.state();
  saw.figure_paths = await page.$$eval(`${figure.box} > .cell_output svg`,
    (all) => all.map((svg) => svg.querySelectorAll("path").length));

  // An exercise.
  await task.run("check");
  saw.stub = await task.output();
  await task.write(exercise.text);
  saw.written = await task.text();
  await task.run("check");
  saw.solved = await task.output();

  // The explorer.
  await page.$eval("figure.explorer", (box) => box.scrollIntoView());
  await until(() => document.querySelector("figure.explorer[data-ready]") !== null);
  const drawn = () => page.$eval("figure.explorer", (e) => e.dataset.state);
  saw.explorer = [await drawn()];
  await page.focus("figure.explorer input[type=range]");
  await page.keyboard.press("ArrowRight");
  await until((old) => document.querySelector("figure.explorer").dataset.state !== old, saw.explorer[0]);
  saw.explorer.push(await drawn());

  // The page once more.
  await open(plain);
  saw.kept = await task.text();
  saw.kept_number = await page.$eval(`${number.box} input`, (e) => e.value);

  // And once more where a policy allows no other origin.
  saw.errors = errors.splice(0);
  await open(strict);
  await setup.write("2 ** 11");
  await setup.run();
  saw.strict = await setup.output();
  saw.strict_errors = errors;
  saw.next = await page.$eval("link[rel=next]", (e) => e.href);
}

await read().catch((error) => Object.assign(saw, { failed: error.stack, errors }));
await browser.close();
console.log(JSON.stringify(saw));
