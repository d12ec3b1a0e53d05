// The NumPy room's tests in the Python that the pages run: pytest in Pyodide, hosted by Node.
// `make pyodide` prepares and calls it; then also: node tests/pyodide/run.mjs tests/concepts/test_losses.py
import { fileURLToPath } from "node:url";
import { loadPyodide } from "../../node_modules/pyodide/pyodide.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const python = await loadPyodide({ indexURL: `${root}.cache/pyodide/` });
await python.loadPackage(["numpy", "matplotlib", "scipy", "scikit-learn"], { messageCallback: () => {} });
python.FS.mkdirTree("/book");
python.FS.mount(python.FS.filesystems.NODEFS, { root }, "/book");
// WebAssembly's files cannot be captured below Python, only sys.stdout can.
const always = ["-p", "without_torch", "-p", "no:cacheprovider", "--capture=sys"];
python.globals.set("arguments", python.toPy([...always, ...process.argv.slice(2)]));
try {
  process.exitCode = python.runPython(`
import os, sys
os.chdir("/book")
sys.pycache_prefix = "/book/.cache/pyodide-pyc"  # nothing is written beside the sources
sys.path[:0] = ["/book", "/book/.cache/pyodide-tests", "/book/tests/pyodide"]
import pyodide, pytest
int(pytest.main(arguments))
`);
} catch (error) {
  console.error(error.message); // Node itself would print Pyodide's whole source first
  process.exitCode = 1;
}
