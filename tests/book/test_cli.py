"""`dlbook` on the command line: what it says and ends with, in words whatever it is given."""

import shutil
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from dlbook import exercises
from dlbook.cli import RIGHT, UNUSABLE, WRONG, lab, main, serve
from dlbook.practise import progress

CODE, NUMBER, CHOICE = "metrics.spare_the_healthy", "metrics.lazy_doctor", "metrics.raise_the_threshold"
CHAPTERS = Path(__file__).parents[2] / "chapters"


@pytest.fixture(autouse=True)
def a_reader_of_its_own(tmp_path, monkeypatch):
    monkeypatch.setenv("DLBOOK_PROGRESS", str(tmp_path / "progress.json"))
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def says(capsys):
    """Runs a command and gives what it ended with, and all that it said."""

    def run(*arguments: str) -> tuple[int, str]:
        try:
            code = main.main(list(arguments))
        except SystemExit as end:  # argparse's own word
            code = end.code
        out, err = capsys.readouterr()
        return code, out + err

    return run


def answered(text: str, name: str = "answer.py") -> str:
    Path(name).write_text(text, encoding="utf-8")
    return name


@pytest.mark.parametrize("id", [e.id for e in exercises.of_chapter("metrics")])
def test_a_solution_is_right_and_counts_as_solved(says, id):
    exercise = exercises.find(id)
    if exercise.kind == "code":
        answer = answered(exercise.solution)
    else:
        answer = repr(exercise.value) if exercise.kind == "predict" else exercise.answer
    code, said = says("check", id, answer)
    assert (code, said[:6]) == (RIGHT, "Right.")
    assert progress.entry(id)["right"]


@pytest.mark.parametrize("mistake", exercises.find(CODE).mistakes, ids=lambda mistake: mistake.name)
def test_a_mistake_gets_the_message_of_the_notebook_and_a_hint_on_request(says, mistake):
    exercise = exercises.find(CODE)
    code, said = says("check", CODE, answered(mistake.code))
    assert code == WRONG and mistake.message in said and exercise.hints[0] not in said
    code, said = says("check", CODE, "answer.py", "--hint")
    assert code == WRONG and f"Hint 1: {exercise.hints[0]}" in said


@pytest.mark.parametrize(
    "source, said",
    [
        (exercises.find(CODE).stub, "Not yet tried."),
        ("", "answer.py has no 'specificity'"),
        ("def specificity(:", "SyntaxError: invalid syntax, in line 1: def specificity(:"),
        ("x = 1\ny = x / 0", "ZeroDivisionError: division by zero, in line 2: y = x / 0"),
        ("raise SystemExit", "did not run through. SystemExit"),
        ("import no_such", "No module named 'no_such'"),
        ("\0", "did not run through"),
        ("def specificity(y_true, y_pred):\n    while True: pass", "Stopped."),
    ],
)
def test_a_file_that_answers_nothing_is_not_right(says, source, said):
    code, heard = says("check", CODE, answered(source))
    assert code == WRONG and said in heard and "Traceback" not in heard


def test_a_file_may_import_its_neighbour_and_run_on_import_only(says):
    answered("import numpy as np\ndef mean(x):\n    return np.mean(x)\n", "neighbour_of_an_answer.py")
    source = "from neighbour_of_an_answer import mean\n\ndef specificity(y_true, y_pred):\n"
    source += "    return mean(y_pred[y_true == 0] == 0)\n\nif __name__ == '__main__':\n    raise SystemExit(3)\n"
    assert says("check", CODE, answered(source))[0] == RIGHT


@pytest.mark.parametrize("given", ["abc", "1e999", "nan", "", "0,5"])
def test_what_is_no_number_is_told(says, given):
    code, said = says("check", NUMBER, given)
    assert code == WRONG and "Traceback" not in said


def test_a_number_or_a_letter_may_stand_in_a_file(says):
    assert says("check", CHOICE, answered(f"answer = {exercises.find(CHOICE).answer!r}"))[0] == RIGHT
    assert says("check", CHOICE, answered("answer = 'z'")) == (
        WRONG,
        'It did not run through. Choose one of "a", "b", "c", "d".\n',
    )


@pytest.mark.parametrize(
    "arguments, said",
    [
        ((), "required"),
        (("chek",), "invalid choice"),
        (("check", CODE), "required: answer"),
        (("check", CODE, "no_such.py"), "no_such.py cannot be read (No such file or directory)"),
        (("check", CODE, "."), "cannot be read (Is a directory)"),
        (("check", "metrics.spare_the_helthy", "a"), f"Did you mean {CODE}"),
        (("check", "spare_the_healthy", "a"), f"Did you mean {CODE}"),
        (("check", "metrics.specificity", "a"), f"Did you mean {CODE}"),  # a concept: the exercises that practise it
        (("check", "0", "a"), "There is no exercise '0'."),
        (("exercises", "27"), "There is no chapter '27'."),
        (("exercises", "gradient_decent"), "Did you mean gradient_descent"),
        (("lab", "no_such", "--only-copy"), "There is no chapter 'no_such'."),
        (("lab", "1", "a_file", "--only-copy"), "a_file: File exists"),
        (("serve", "."), "There is no built book in ."),
        (("serve", "a_file"), "a_file is no zip"),
        (("serve", "--port", "70000"), "a port is a whole number up to 65535"),
    ],
)
def test_what_cannot_be_used_is_told_in_words(says, arguments, said):
    answered("", "a_file")
    code, heard = says(*arguments)
    assert code == UNUSABLE and said in heard and "Traceback" not in heard


def test_exercises_are_listed_by_chapter_and_shown_by_name(says):
    code, said = says("exercises")
    assert code == 0 and "01 Evaluation metrics" in said and "0 of" in said
    for name in ("1", "01", "metrics", "01_metrics", "01_metrics.ipynb"):
        code, said = says("exercises", name)
        assert code == 0 and len(said.splitlines()) == len(exercises.of_chapter("metrics"))
    code, said = says("exercises", CODE)
    exercise = exercises.find(CODE)
    assert exercise.task in said and exercise.stub.strip() in said
    assert exercise.hints[0] not in said and exercise.solution not in said


def test_chapters_are_copied_and_what_the_reader_changed_stays(says, tmp_path, monkeypatch):
    started = []
    monkeypatch.setattr(lab.os, "execv", lambda program, command: started.append(command))
    code, said = says("lab", "4", "mine")
    folder = tmp_path / "mine"
    assert code == 0 and "26 chapters copied" in said
    assert {p.name: p.read_bytes() for p in folder.iterdir()} == {
        p.name: p.read_bytes() for p in CHAPTERS.glob("*.ipynb")
    }
    assert started[0][0] == sys.executable and started[0][-1] == str(folder / "04_gradient_descent.ipynb")

    (folder / "04_gradient_descent.ipynb").write_text("mine", encoding="utf-8")
    (folder / "05_gradient_descent_variants.ipynb").unlink()
    code, said = says("lab", "4", "mine", "--only-copy")
    assert code == 0 and "1 chapters copied" in said and "stay as they are: 04_gradient_descent\n" in said
    assert (folder / "04_gradient_descent.ipynb").read_text(encoding="utf-8") == "mine"
    assert len(started) == 1


def test_without_jupyterlab_the_chapters_are_there_and_the_rest_is_said(says, monkeypatch):
    monkeypatch.setattr(lab.importlib.util, "find_spec", lambda name: None)
    code, said = says("lab")
    assert code == UNUSABLE and "26 chapters copied" in said and "JupyterLab is missing" in said


@pytest.mark.parametrize("packed", ["folder", "zip", "zip of a folder"])
def test_a_built_book_is_served_from_a_folder_or_a_zip(tmp_path, packed):
    book = tmp_path / "book"
    book.mkdir()
    (book / "index.html").write_text("the book", encoding="utf-8")
    if packed == "folder":
        (book / "404.html").write_text("not there", encoding="utf-8")  # what is to be read offline has none
    if packed != "folder":
        inside = "book" if packed == "zip of a folder" else "."
        book = Path(
            shutil.make_archive(
                str(tmp_path / "packed"), "zip", tmp_path / ("" if inside == "book" else "book"), inside
            )
        )
    with serve.opened(book) as folder, serve.serving(folder) as address:
        with urllib.request.urlopen(f"{address}/") as page:
            assert page.status == 200 and page.headers["Content-Encoding"] == "gzip"
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(f"{address}/nowhere.html")
    assert packed == "folder" or not folder.exists()


def test_a_taken_port_is_told(says, tmp_path):
    (tmp_path / "index.html").write_text("", encoding="utf-8")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        code, said = says("serve", ".", "--port", str(taken.getsockname()[1]))
    assert code == UNUSABLE and "name another with --port" in said


def test_the_command_ends_the_process_with_its_word_and_needs_numpy_alone():
    source = "import sys; from dlbook.cli import main; code = main.main(sys.argv[1:]);"
    source += "assert not {'torch', 'matplotlib', 'IPython', 'jupyterlab'} & set(sys.modules); sys.exit(code)"
    command = [sys.executable, "-c", source, "check", NUMBER, "0.123"]
    ran = subprocess.run(command, capture_output=True, text=True)
    assert (ran.returncode, ran.stderr) == (WRONG, "")
