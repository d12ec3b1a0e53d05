// The page's Python: a worker that starts at the first run, does one thing at a time, and can be stopped.

const root = document.documentElement.dataset.content_root;
let worker = null;
let settings = null;
let starting = null; // a promise while and after Python starts
let ready = false;
let calls = new Map(); // what the worker still owes an answer
let count = 0;
let told = () => {};
let ended = () => {};

/** Said to whoever waits when Python is stopped. */
export class Stopped extends Error {}

/** How far loading is: `progress(bytes, ofBytes)`. */
export function onLoading(progress) {
  told = progress;
}

/** Told when Python is gone, and its names with it. */
export function onStop(heard) {
  ended = heard;
}

/** Starts Python, once. Rejects with a sentence for the reader. */
export function start() {
  starting ??= begin().catch((error) => {
    stop(error.message);
    throw error;
  });
  return starting;
}

/** Runs a cell; `part(html)` gets its output as it comes. Answers `{ error, line, memory, progress, seconds }`. */
export async function run(job, { begun, part }) {
  await start();
  return call({ op: "run", ...job }, { begun, part });
}

export const isReady = () => ready;

/** What cells bind and need, each `{ binds, needs, changes }`, or null for what is no Python. */
export const names = (sources) => call({ op: "names", sources });

/** One state of an explorer, as a kernel answers it. */
const ask = (slug, values) => call({ op: "ask", slug, values });

/** Ends the worker, whatever it does; the next run starts a new one. */
export function stop(reason = "Stopped.") {
  worker?.terminate();
  worker = starting = null;
  ready = false;
  const owed = calls;
  calls = new Map();
  for (const { reject } of owed.values()) reject(new Stopped(reason));
  tell(null);
  ended();
}

async function begin() {
  if (!window.Worker || !window.WebAssembly) throw new Error("This browser is too old to run Python.");
  settings ??= await settled();
  // A page that is read from disk may not start a worker from a file; one made of its text is allowed.
  const url = location.protocol === "file:"
    ? URL.createObjectURL(new Blob([settings.worker], { type: "text/javascript" }))
    : `${root}_static/worker.js`;
  const name = `dlbook-${crypto.getRandomValues(new Uint32Array(2)).join("-")}`;
  const mine = new Worker(url, { name });
  worker = mine;
  mine.onmessage = ({ data }) => worker === mine && heard(data);
  mine.onerror = (event) => {
    event.preventDefault();
    if (worker === mine) stop(`Python ended: ${event.message ?? "its worker could not be loaded"}.`);
  };
  const address = new URL(settings.pyodide, new URL(root, location.href)).href;
  const files = new URL(`${root}_static/data/`, location.href).href;
  const archive = Uint8Array.from(atob(settings.dlbook), (letter) => letter.charCodeAt(0));
  try {
    await call({ op: "start", address, integrity: settings.integrity, archive, files });
  } catch (error) {
    if (error instanceof Stopped) throw error;
    const from = new URL(address).host || "this page's folder";
    const changed = error.message.includes("is not the file");
    const why = changed ? error.message : `you may be offline, or the address may be blocked. (${error.message})`;
    throw new Error(`Python could not be loaded from ${from}: ${why}`);
  }
  watch(mine, name);
  ready = true;
  tell(ask);
}

/** Where Python comes from, and the book's package: a script, which also loads where the book is read from disk. */
function settled() {
  return new Promise((resolve, reject) => {
    const script = Object.assign(document.createElement("script"), { src: `${root}_static/python.js` });
    script.onload = () => resolve(window.dlbookPython);
    script.onerror = () => {
      script.remove();
      reject(new Error("Python could not be loaded: the book's own package is missing from this site."));
    };
    document.head.append(script);
  });
}

/** The worker holds a lock as long as it lives: once it is ours, the browser has ended the worker. */
function watch(mine, name) {
  const ended = "The browser has ended Python, perhaps for want of memory.";
  navigator.locks?.request(name, () => worker === mine && stop(ended));
}

function call(message, listener = {}) {
  return new Promise((resolve, reject) => {
    const id = ++count;
    calls.set(id, { ...listener, resolve, reject });
    worker.postMessage({ ...message, id });
  });
}

function heard({ op, id, ...message }) {
  if (op === "loading") return told(message.loaded, settings.bytes);
  const waiting = calls.get(id);
  if (op === "begun") return waiting.begun?.();
  if (op === "part") return waiting.part?.(message.html);
  calls.delete(id);
  if (op === "done") waiting.resolve(message.answer);
  else waiting.reject(new Error(message.message));
}

/** Explorers hear when there is a Python to ask, and when it is gone. */
function tell(asking) {
  window.dlbookAsk = asking;
  document.dispatchEvent(new CustomEvent("dlbook:python", { detail: { ask: asking } }));
}
