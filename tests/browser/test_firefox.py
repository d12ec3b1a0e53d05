"""The book in Firefox: a folder on a plain file server, under a sub-path; one reader's visit, and what must hold."""

import base64
import functools
import hashlib
import http.server
import json
import os
import re
import shutil
import socketserver
import subprocess
import threading
from contextlib import contextmanager
from pathlib import Path

import pytest

from dlbook import exercises

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "tests" / "browser" / "firefox.mjs"
CHAPTER = "chapters/04_gradient_descent.html"
DESCENT = exercises.find("gradient_descent.six_lines")
# Firefox draws a page while it still arrives, and says this where it is cut off inside a formula.
TORN = re.compile(r"Invalid markup: Incorrect number of children for <\w+/> tag")
SOLUTION = f'{DESCENT.solution}\ncheck("{DESCENT.id}", descend)'


class PlainFiles(http.server.SimpleHTTPRequestHandler):
    """Python's own file server, and the strict policy for what lies under /strict/."""

    protocol_version = "HTTP/1.1"

    def __init__(self, *args, policy: str, **options):
        self.policy = policy
        super().__init__(*args, **options)

    def end_headers(self):
        if self.path.startswith("/strict/"):
            self.send_header("Content-Security-Policy", self.policy)
        super().end_headers()

    def log_message(self, *_):
        pass


def policy_of(folder: Path) -> str:
    """The policy that CONTRIBUTING names, with the hash of the chapter's one inline script."""
    policy = re.search(r"^default-src .*$", (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"), re.M)[0]
    inline = re.search(r"<script>(.*?)</script>", (folder / CHAPTER).read_text(encoding="utf-8"), re.S)[1]
    digest = base64.b64encode(hashlib.sha256(inline.encode()).digest()).decode()
    return policy.replace("sha256-…", f"sha256-{digest}")


@contextmanager
def listening(handler, kind=socketserver.ThreadingTCPServer):
    """A server on the loopback address; gives its port."""
    with kind(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


@pytest.fixture(scope="module")
def firefox() -> str:
    names = (os.environ.get("FIREFOX", ""), "firefox-esr", "firefox")
    path = next((found for name in names if name and (found := shutil.which(name))), None)
    if path is None:
        pytest.fail("Firefox is missing: install firefox-esr, or name one with FIREFOX=/path/to/firefox")
    return path


@pytest.fixture(scope="module")
def saw(firefox, folder_html, tmp_path_factory) -> dict:
    """What the reader saw, and `asked`: what was wanted from other sites."""
    root, asked = tmp_path_factory.mktemp("server"), []
    for place in ("some", "strict"):
        (root / place).mkdir()
        (root / place / "book").symlink_to(folder_html)

    class Proxy(socketserver.StreamRequestHandler):
        def handle(self):
            asked.append(self.rfile.readline().decode().strip())

    files = functools.partial(PlainFiles, directory=str(root), policy=policy_of(folder_html))
    with listening(files, http.server.ThreadingHTTPServer) as port, listening(Proxy) as proxy:
        visit = {
            "firefox": firefox,
            "plain": f"http://127.0.0.1:{port}/some/book/{CHAPTER}",
            "strict": f"http://127.0.0.1:{port}/strict/book/{CHAPTER}",
            "proxy": proxy,
            "exercise": {"cell": "six-lines-answer", "text": SOLUTION},
            "predict": {"cell": "fastest-safe-answer", "answer": "0,25"},
        }
        done = subprocess.run(["node", SCRIPT, json.dumps(visit)], stdout=subprocess.PIPE, text=True, timeout=400)
    assert done.returncode == 0, "Firefox did not start: see what it said"
    saw = json.loads(done.stdout)
    print(saw["version"], {name: round(seconds, 2) for name, seconds in saw["seconds"].items()})
    if "failed" in saw:
        pytest.fail(f"the visit ended early: {saw}", pytrace=False)
    return saw | {"asked": asked}


def test_the_editor_comes_with_the_reader(saw):
    before, after = saw["editors"]
    assert before == 0 and after == 1


def test_a_prediction_needs_no_python(saw):
    assert saw["predicted"] == "Right. Exactly."
    assert not saw["python_before"] and saw["python_after"]


def test_a_line_of_the_readers_own_runs(saw):
    output, state = saw["power"]
    assert output == "1024" and state.startswith("Yours, in ")


def test_an_endless_loop_is_stopped_and_the_next_run_works(saw):
    assert saw["stopped"] == "Stopped."
    assert saw["after_stop"] == "42"


def test_tab_indents_and_escape_tab_leaves_the_editor(saw):
    assert "cm-content" in saw["tab"]
    assert saw["escape_tab"] == "run", "the first button after the editor"


def test_a_figure_is_drawn_anew(saw):
    assert saw["figure_state"].startswith("Yours, in ")
    assert len(saw["figure_paths"]) == 2 and min(saw["figure_paths"]) > 10


def test_an_exercise_is_tried_and_solved(saw):
    assert saw["stub"].startswith("Not yet tried.")
    assert saw["written"] == SOLUTION, "what is typed is what stands there"
    assert saw["solved"].startswith("Right.")


def test_the_explorer_moves(saw):
    before, after = map(json.loads, saw["explorer"])
    assert [name for name in before if before[name] != after[name]] == ["lr"]


def test_edits_and_answers_survive_a_reload(saw):
    assert saw["kept"] == SOLUTION
    assert saw["kept_number"] == "0.25"


def test_python_runs_under_the_strict_policy(saw):
    """Firefox also fetches the next page ahead, which falls under `default-src`: refused, and nobody misses it."""
    assert saw["strict"] == "2048"
    assert [error for error in saw["strict_errors"] if saw["next"] not in error and not TORN.search(error)] == []


def test_nothing_went_wrong_and_no_other_site_was_asked(saw):
    assert [error for error in saw["errors"] if not TORN.search(error)] == []
    assert saw["asked"] == []
