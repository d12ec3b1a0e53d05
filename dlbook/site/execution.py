"""When notebooks must run again: jupyter-cache looks at their code only, so the cache's path knows about the rest."""

import asyncio
import hashlib
import os
import shutil
import time
from contextlib import suppress
from pathlib import Path

import nbformat
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn, JupyterCacheAbstract
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

KEPT = 3  # caches of other states, so that changing a branch and back costs nothing
TIMEOUT = 300  # seconds a cell
KERNELS = {  # what the kernels of a build are told
    "DLBOOK_STATIC": "1",  # they work for a page
    # A warning in a chapter fails the build. The exception is ipykernel's own.
    "PYTHONWARNINGS": "error,ignore:For consistency across implementations:PendingDeprecationWarning",
}


def run_ahead(root: Path, notebooks: list[Path]) -> None:
    """Runs what the cache does not hold, several notebooks at once; Sphinx runs one after the other.

    What fails is not kept: Sphinx runs it again and says why.
    """
    cache = get_cache(str(cache_path(root)))
    read = {path: nbformat.read(path, as_version=4) for path in notebooks}
    asyncio.run(run_all(cache, {path: notebook for path, notebook in read.items() if not kept(cache, notebook)}))


async def run_all(cache: JupyterCacheAbstract, notebooks: dict[Path, nbformat.NotebookNode]) -> None:
    places = asyncio.Semaphore(min(4, os.cpu_count() or 1))

    async def run(path: Path, notebook: nbformat.NotebookNode) -> None:
        async with places:
            began = time.monotonic()
            there = {"metadata": {"path": str(path.parent)}}
            client = NotebookClient(notebook, timeout=TIMEOUT, resources=there, record_timing=False)
            try:
                await client.async_execute(env=os.environ | KERNELS)
            except (CellExecutionError, CellTimeoutError, DeadKernelError):
                print(f"{path.stem}: failed", flush=True)
                return
            seconds = time.monotonic() - began
            print(f"{path.stem}: ran in {seconds:.0f} s", flush=True)
            bundle = CacheBundleIn(notebook, str(path), data={"execution_seconds": seconds})
            cache.cache_notebook_bundle(bundle, check_validity=False, overwrite=True)

    await asyncio.gather(*(run(path, notebook) for path, notebook in notebooks.items()))


def kept(cache: JupyterCacheAbstract, notebook: nbformat.NotebookNode) -> bool:
    with suppress(KeyError):
        return bool(cache.match_cache_notebook(notebook))
    return False


def digest(root: Path, rendering: bool = False) -> str:
    """A digest of all that a chapter's output depends on besides the notebook: `dlbook` and the lock.

    Scripts, `dlbook/site`, the command line and `dlbook/teach` change nothing that notebooks put out and count only for
    the `rendering` of the pages; stylesheets never do.
    """
    package = root / "dlbook"
    ignored = {".css", ".pyc"} if rendering else {".css", ".pyc", ".js", ".mjs"}
    inputs = [root / "constraints.txt"]
    for path in package.rglob("*"):
        if (
            path.is_file()
            and path.suffix not in ignored
            and (rendering or path.relative_to(package).parts[0] not in ("site", "cli", "teach"))
        ):
            inputs.append(path)
    sha = hashlib.sha256()
    for path in sorted(inputs):
        sha.update(f"{path.relative_to(root)}\0{path.stat().st_size}\0".encode())
        sha.update(path.read_bytes())
    return sha.hexdigest()[:16]


def cache_path(root: Path) -> Path:
    """Where the outputs of this very state are kept; the oldest of the other states are removed."""
    path = root / ".cache" / "notebooks" / digest(root)
    path.mkdir(parents=True, exist_ok=True)
    path.touch()
    states = sorted(path.parent.iterdir(), key=lambda state: state.stat().st_mtime, reverse=True)
    for old in states[KEPT:]:
        shutil.rmtree(old)
    return path
