"""`dlbook serve`: a built book on this machine, compressed as a host would."""

import functools
import gzip
import http.server
import tempfile
import threading
import webbrowser
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dlbook
from dlbook.cli import Unusable

BUILT = Path(dlbook.__file__).parents[1] / "_build" / "html"  # of a checkout
COMPRESSED = {".html", ".css", ".js", ".json", ".svg", ".txt", ".ipynb", ".wasm"}


def run(args) -> int:
    with opened(args.book) as folder, serving(folder, args.port) as address:
        print(f"The book is at {address}/ (Ctrl-C ends it)", flush=True)
        if args.open:
            webbrowser.open(address)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            print()
    return 0


@contextmanager
def opened(book: Path | None) -> Iterator[Path]:
    """The folder of a built book: what a zip holds lies in one that goes when it is no longer served."""
    if book is None and not BUILT.is_dir():
        raise Unusable("Name the folder or the zip of a built book; in a checkout of the book, `make book` builds one.")
    if book is None or not book.is_file():
        yield book or BUILT
        return
    if not zipfile.is_zipfile(book):
        raise Unusable(f"{book} is no zip: name the folder or the zip of a built book.")
    with tempfile.TemporaryDirectory(prefix="dlbook-") as folder, zipfile.ZipFile(book) as archive:
        archive.extractall(folder)
        inside = [page.parent for page in Path(folder).rglob("index.html")]
        yield min(inside, key=lambda place: len(place.parts), default=Path(folder))


class Handler(http.server.SimpleHTTPRequestHandler):
    """Files with gzip where it helps, and the book's 404 page, if it has one, for what is not there."""

    protocol_version = "HTTP/1.1"
    extensions_map = http.server.SimpleHTTPRequestHandler.extensions_map | {
        ".js": "text/javascript",
        ".wasm": "application/wasm",
    }

    def do_GET(self):
        self.answer(with_body=True)

    def do_HEAD(self):
        self.answer(with_body=False)

    def answer(self, with_body: bool) -> None:
        path = Path(self.translate_path(self.path))
        if path.is_dir():
            path /= "index.html"
        status = 200 if path.is_file() else 404
        if status == 404:
            path = Path(self.directory) / "404.html"
            if not path.is_file():  # a book to read offline has none
                return self.send_error(404)
        body = compressed(path, path.stat().st_mtime_ns) if path.suffix in COMPRESSED else path.read_bytes()
        self.send_response(status)
        kind = self.guess_type(str(path))
        self.send_header("Content-Type", f"{kind}; charset=utf-8" if kind.startswith("text/") else kind)
        if path.suffix in COMPRESSED:
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-cache")
        self.end_headers()
        if with_body:
            self.wfile.write(body)

    def log_message(self, *_):
        """Quiet: the address was said once."""


@functools.lru_cache(maxsize=256)
def compressed(path: Path, _changed: int) -> bytes:
    return gzip.compress(path.read_bytes(), compresslevel=9, mtime=0)


@contextmanager
def serving(folder: Path, port: int = 0) -> Iterator[str]:
    """A server on the loopback address in a thread; gives its address without the closing slash."""
    if not any((folder / page).is_file() for page in ("index.html", "404.html")):
        raise Unusable(f"There is no built book in {folder}: `make book` builds one, or name its folder or its zip.")
    try:
        server = http.server.ThreadingHTTPServer(("127.0.0.1", port), functools.partial(Handler, directory=str(folder)))
    except OSError as why:
        raise Unusable(f"Port {port} cannot be used ({why.strerror}): name another with --port.") from None
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
