"""Serve the built book on this machine, compressed as a host would: `python tools/serve.py [--open] [--port 8000]`."""

import argparse
import functools
import gzip
import http.server
import os
import threading
import webbrowser
from contextlib import contextmanager
from pathlib import Path

HTML = Path(os.environ.get("DLBOOK_HTML") or Path(__file__).resolve().parent.parent / "_build" / "html")
COMPRESSED = {".html", ".css", ".js", ".json", ".svg", ".txt", ".ipynb", ".wasm"}


class Handler(http.server.SimpleHTTPRequestHandler):
    """Files with gzip where it helps, and the book's 404 page for what is not there."""

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
def serving(folder: Path = HTML, port: int = 0):
    """A server on the loopback address in a thread; gives its address without the closing slash."""
    if not (folder / "404.html").exists():
        raise SystemExit(f"There is no built book in {folder}: run `make book` first.")
    server = http.server.ThreadingHTTPServer(("127.0.0.1", port), functools.partial(Handler, directory=str(folder)))
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--open", action="store_true", help="open it in the browser")
    args = parser.parse_args()
    with serving(port=args.port) as address:
        print(f"The book is at {address}/ (Ctrl-C ends it)")
        if args.open:
            webbrowser.open(address)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            print()


if __name__ == "__main__":
    main()
