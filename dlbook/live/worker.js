// The worker of a page: loads Pyodide once it is asked to, then runs cells and answers explorers, one after the other.

const MOST_MEMORY = 2 ** 30; // bytes: an endless allocation ends as a MemoryError, before it takes the reader's phone
const grow = WebAssembly.Memory.prototype.grow;
WebAssembly.Memory.prototype.grow = function (pages) {
  if (this.buffer.byteLength + pages * 65536 > MOST_MEMORY) throw new RangeError("the page's Python may use 1 GiB");
  return grow.call(this, pages);
};

const nameOf = (address) => String(address).split("/").at(-1);

// Pyodide waits for ever for a part that does not come: `missed` rejects instead.
let broken;
const missed = new Promise((_, reject) => {
  broken = (address, why) => {
    const error = new Error(`${nameOf(address)}${why}`);
    reject(error);
    throw error;
  };
});
missed.catch(() => {});

/** The bytes of a file of a book on disk: nothing there may be fetched, but a script that holds them is imported. */
self.dlbookFromDisk = (address) => {
  importScripts(`${address}.js`);
  const text = atob(self.dlbookFile);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
};

async function fromDisk(address) {
  const headers = { "Content-Type": address.endsWith(".wasm") ? "application/wasm" : "application/octet-stream" };
  return new Response(self.dlbookFromDisk(address), { headers });
}

// Counts what Pyodide fetches, so that the reader sees how much is left; then holds it to its hash, if it has one.
let loaded = 0;
let hashes = null; // of the core, if another site sends it; Pyodide's lock has those of the wheels
const fetched = self.fetch;
self.fetch = async (address, { integrity, ...options } = {}) => {
  const known = hashes && (integrity ?? hashes[nameOf(address)]);
  const request = known ? options : { integrity, ...options };
  const asked = String(address).startsWith("file:") ? fromDisk(String(address)) : fetched(address, request);
  const response = await asked.catch((error) => broken(address, `: ${error.message}`));
  if (!response.ok) broken(address, `: ${response.status}`);
  if (!response.body) return response;
  const counting = new TransformStream({
    transform(chunk, out) {
      report(chunk.byteLength);
      out.enqueue(chunk);
    },
  });
  const { status, statusText, headers } = response;
  const counted = new Response(response.body.pipeThrough(counting), { status, statusText, headers });
  return known ? held(counted, address, known) : counted;
};

/** What has come, if it has the hash: the browser compares, where a page has no `crypto.subtle`, too. */
async function held(response, address, integrity) {
  const copy = URL.createObjectURL(await response.blob());
  const same = await fetched(copy, { integrity }).catch(() => null);
  URL.revokeObjectURL(copy);
  return same ?? broken(address, " is not the file that this book was made with, so it was not used.");
}

/** Runs a script, if need be once it is known to be the right one: `importScripts` knows of no hash. */
async function runScript(address) {
  if (!hashes) return importScripts(address);
  const copy = URL.createObjectURL(await (await self.fetch(address)).blob());
  importScripts(copy);
  URL.revokeObjectURL(copy);
}

let told = 0;
function report(bytes) {
  loaded += bytes;
  if (performance.now() - told < 100) return;
  told = performance.now();
  self.postMessage({ op: "loading", loaded });
}

let pyodide, live;

async function start({ address, integrity, archive, files }) {
  hashes = integrity;
  await runScript(`${address}pyodide.js`);
  await runScript(`${address}pyodide.asm.js`); // else Pyodide fetches it, unseen
  const whole = loadPyodide({ indexURL: address, packages: ["numpy"] }); // both are fetched at once
  pyodide = await Promise.race([whole, missed]);
  if (!pyodide.loadedPackages.numpy) throw new Error("NumPy did not come");
  pyodide.unpackArchive(archive, "zip", { extractDir: "/lib/python3.12/site-packages" });
  live = pyodide.pyimport("dlbook.live.live");
  live.begin(files);
}

async function load(names) {
  const failed = [];
  await pyodide.loadPackage(names, { messageCallback() {}, errorCallback: (text) => failed.push(text) });
  if (failed.length) throw new Error(failed.join(" "));
}

async function run({ id, cell, source, progress, checking }) {
  const missing = live.packages(source).toJs().filter((name) => !(name in pyodide.loadedPackages));
  if (missing.length) {
    await load(missing);
    live.dress();
  }
  const quiet = { messageCallback() {}, errorCallback() {} };
  await pyodide.loadPackagesFromImports(source, quiet).catch(() => {}); // then its import fails, in words
  self.postMessage({ op: "begun", id });
  const began = performance.now();
  const emit = (html) => self.postMessage({ op: "part", id, html });
  const answer = JSON.parse(live.run(cell, source, emit, progress, checking));
  return { ...answer, seconds: (performance.now() - began) / 1000 };
}

const does = {
  start: (message) => start(message),
  run: (message) => run(message),
  names: ({ sources }) => JSON.parse(live.read(JSON.stringify(sources))),
  ask: ({ slug, values }) => JSON.parse(live.ask(slug, JSON.stringify(values))),
};

// One at a time: a cell that waits for a package must not be overtaken by the next.
let queue = Promise.resolve();
self.onmessage = ({ data }) => {
  queue = queue.then(async () => {
    try {
      self.postMessage({ op: "done", id: data.id, answer: await does[data.op](data) });
    } catch (error) {
      self.postMessage({ op: "failed", id: data.id, message: String(error.message ?? error) });
    }
  });
};

// Held as long as the worker lives: the page waits for it and so learns when the browser ends the worker.
self.navigator.locks?.request(self.name, () => new Promise(() => {}));
