"""What a teacher gets: editions of the chapters, and a grader that no hand-in can stop."""

import csv
import io
import json
import tempfile
from pathlib import Path

import numpy as np
import pytest

from dlbook import concepts, exercises, teach
from dlbook.cli import main
from dlbook.teach import editions, grade
from dlbook.teach.handed_in import CHECK, needed

ROOT = Path(__file__).parents[2]
CHAPTER = concepts.chapter("gradient_descent")
EXERCISES = exercises.of_chapter(CHAPTER.slug)
ONE = "metrics.spare_the_healthy"  # its function is called specificity
RIGHT = exercises.find(ONE).solution + f'\ncheck("{ONE}", specificity)\n'


def notebook(chapter: concepts.Chapter) -> dict:
    return json.loads((ROOT / "chapters" / f"{chapter.notebook}.ipynb").read_text(encoding="utf-8"))


def text(edition: dict) -> str:
    return "\n".join("".join(cell["source"]) for cell in edition["cells"])


def lines(code: str) -> set[str]:
    return {line.strip() for line in code.splitlines() if len(line.strip()) > 3}


@pytest.fixture(scope="module")
def editions_of() -> dict:
    """Of each chapter: its notebook, and the two editions whole."""
    found = {chapter: notebook(chapter) for chapter in concepts.chapters() if chapter.done}
    return {c: (text(n), text(editions.students(n)), text(editions.teachers(n))) for c, n in found.items()}


# ─── Editions ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_students_edition_tells_no_hint_and_no_solution(editions_of):
    for chapter, (book, students, teachers) in editions_of.items():
        assert "exercise(" not in students and "dlbook.exercises" not in students, chapter.slug
        assert "hint" not in students.lower().replace("hinton", ""), chapter.slug
        for exercise in exercises.of_chapter(chapter.slug):
            assert exercise.task.strip() in students, exercise.id
            secrets = {*exercise.hints, *([exercise.solution.strip()] if exercise.kind != "code" else [])}
            if exercise.kind == "code":  # a line that the chapter itself shows is no secret
                secrets |= lines(exercise.solution) - lines(exercise.stub) - lines(exercise.task) - lines(book)
            assert [secret for secret in secrets if secret in students] == [], exercise.id
            assert [secret for secret in secrets if secret not in teachers] == [], exercise.id


def test_the_teachers_edition_tells_every_usual_mistake_with_its_message(editions_of):
    told = 0
    for chapter, (_, _, teachers) in editions_of.items():
        handbook = editions.handbook(chapter)
        for exercise in exercises.of_chapter(chapter.slug):
            mistakes = editions.mistakes(exercise)
            assert all(mistake in teachers and mistake in handbook for mistake in mistakes), exercise.id
            told += len(mistakes) if exercise.kind == "code" else 0
    assert told == sum(len(e.mistakes) for e in exercises.all_exercises() if e.kind == "code") > 600


def test_an_assignment_holds_every_exercise_and_runs_as_it_is_handed_out():
    assignment = editions.assignment(notebook(CHAPTER), CHAPTER)
    names, said = {}, []
    for cell in assignment["cells"]:
        if cell["cell_type"] == "code":
            exec("".join(cell["source"]), names)
            if "check(" in cell["source"]:
                said.append(eval(cell["source"].strip().splitlines()[-1], names))
    assert sorted(result.exercise for result in said) == sorted(exercise.id for exercise in EXERCISES)
    assert {result.verdict for result in said} == {"not yet tried"} and not any(result.hint for result in said)


def test_every_worked_answer_of_the_teachers_edition_is_right():
    for chapter in concepts.chapters():
        for exercise in exercises.of_chapter(chapter.slug):
            if exercise.kind == "predict":  # the number as it is written
                names = {}
                exec(editions.answered(exercise, exercise.stub), names)
                assert exercise.judge(names["answer"]).verdict == "right", exercise.id
            else:
                assert editions.answered(exercise, exercise.stub) != exercise.stub


def test_nbgraders_version_marks_the_solution_and_locks_the_points():
    edition = editions.for_nbgrader(notebook(CHAPTER), CHAPTER)
    marked = {c["metadata"]["nbgrader"]["grade_id"]: c for c in edition["cells"] if "nbgrader" in c["metadata"]}
    assert len(marked) == 2 * len(EXERCISES)
    for exercise in EXERCISES:
        (id,) = [id for id, cell in marked.items() if f'check("{exercise.id}"' in cell["source"]]
        points, mine = marked[id]["metadata"]["nbgrader"], marked[id.removesuffix("-points")]
        assert points["grade"] and points["locked"] and points["points"] == teach.POINTS[exercise.level]
        assert mine["metadata"]["nbgrader"]["solution"] and "check(" not in mine["source"]
        before, _, solution = mine["source"].partition("### BEGIN SOLUTION\n")
        assert before.strip() == exercise.stub.strip()
        names = {}
        exec(f"{solution}\n{marked[id]['source']}", {"print": lambda *_: None, "np": np, "check": teach.check}, names)
        assert names["result"].verdict == "right", exercise.id


# ─── Grades ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def answered(wrong: int | None) -> dict:
    """The chapter's assignment with right answers, or with the mistake of this number where an exercise has so many."""
    edition = editions.teachers(notebook(CHAPTER))
    for cell in edition["cells"]:
        if "exercise" in editions.tags(cell) and wrong is not None:
            exercise = exercises.find(CHECK.search(cell["source"])[1])
            if (mistake := mistake_of(exercise, wrong)) is not None:
                cell["source"] = f'{mistake[0]}\ncheck("{exercise.id}", {mistake[2]})'
    return edition


def mistake_of(exercise, number: int) -> tuple[str, str, str] | None:
    """The code of a usual mistake, what is said of it, and the name that is checked."""
    if exercise.kind == "code":
        found = [(m.code, m.message, exercise.function_name) for m in exercise.mistakes]
    elif exercise.kind == "predict":
        found = [(f"answer = {r.number!r}", r.message, "answer") for r in exercise.wrong_routes]
    else:
        found = [(f'answer = "{key}"', message, "answer") for key, message in exercise.wrong.items()]
    return found[number] if number < len(found) else None


def test_right_answers_are_right_and_every_usual_mistake_gets_its_own_message(tmp_path):
    most = max(len(editions.mistakes(exercise)) for exercise in EXERCISES)
    for wrong in (None, *range(most)):
        (tmp_path / f"student {wrong}.ipynb").write_text(json.dumps(answered(wrong)), encoding="utf-8")
    rows = list(grade.grade(tmp_path))
    assert len(rows) == (most + 1) * len(EXERCISES)
    for row in rows:
        exercise, number = exercises.find(row.exercise), row.student.removeprefix("student ")
        mistake = None if number == "None" else mistake_of(exercise, int(number))
        assert (row.right, row.verdict) == (("no", "wrong") if mistake else ("yes", "right")), row
        assert not mistake or row.message == mistake[1]
        assert row.points == (0 if mistake else {"easy": 1, "medium": 2, "hard": 3}[exercise.level])
        if exercise.kind == "code":
            agree, of = row.parts.split(" of ")
            assert int(agree) == int(of) if not mistake else int(agree) < int(of), row


# What is handed in as a .py file, and what the grader says of it.
ODD = {
    "endless": (f'while True: pass\ncheck("{ONE}", 1)', "stopped", "the time is over"),
    "endless in the function": (f'def f(y_true, y_pred):\n    while True: pass\ncheck("{ONE}", f)', "stopped", "steps"),
    "exits": (f'import sys; sys.exit(0)\ncheck("{ONE}", 1)', "error", "SystemExit"),
    "exits at once": (f'import os; os._exit(0)\ncheck("{ONE}", 1)', "error", "ended the program"),
    "no Python": (f'def (:\ncheck("{ONE}", 1)', "error", "SyntaxError"),
    "patches NumPy": (f"np.mean = lambda *a: 7\n{RIGHT}", "right", "agree"),
    "patches NumPy inside": (f'def f(y_true, y_pred):\n    np.sum = 3\ncheck("{ONE}", f)', "wrong", "np.sum"),
    "closes every file": (f'import os; os.closerange(0, 99)\ncheck("{ONE}", 1)', "error", "ended the program"),
    "leaves a file": (f'open("left.txt", "w").write("x")\n{RIGHT}', "right", "agree"),
    "prints a page": (f'print("x" * 100_000)\n{RIGHT}', "right", "agree"),
    "has a magic": (f"%matplotlib inline\n!ls\n{RIGHT}", "right", "agree"),
    "no such exercise": ('check("metrics.nothing", 1)', "error", "no exercise"),
}


def test_no_hand_in_stops_the_grader_and_none_touches_another(tmp_path, tmp_path_factory, monkeypatch):
    scratch = tmp_path_factory.mktemp("scratch")
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    for name, (code, *_) in ODD.items():
        (tmp_path / f"{name}.py").write_text(code, encoding="utf-8")
    (tmp_path / "text.ipynb").write_text("no notebook", encoding="utf-8")
    (tmp_path / "list.ipynb").write_text('{"cells": 3}', encoding="utf-8")
    (tmp_path / "letter.pdf").write_bytes(b"%PDF-1.7 \xff\xfe")
    (tmp_path / "empty").mkdir()
    (tmp_path / "ada").mkdir()
    (tmp_path / "ada" / "second.py").write_text(f"# %%\nbroken = 1/0\n# %%\n{RIGHT}", encoding="utf-8")
    (tmp_path / "ada.py").write_text(f'check("{ONE}", 1)', encoding="utf-8")
    (tmp_path / "=1+1.py").write_text(RIGHT, encoding="utf-8")
    # A student's code that reaches for the others' files comes too late: all have been read.
    others = f"import pathlib\nfor path in pathlib.Path({str(tmp_path)!r}).glob('z*.py'): path.write_text('')\n{RIGHT}"
    (tmp_path / "aaa.py").write_text(others, encoding="utf-8")
    (tmp_path / "zoe.py").write_text(RIGHT, encoding="utf-8")

    rows = list(grade.grade(tmp_path, seconds=2))
    assert list(scratch.iterdir()) == [], "nothing stays behind"
    answers = {row.student: row for row in rows if row.verdict != "not handed in" and row.exercise}
    for name, (_, verdict, message) in ODD.items():
        assert (answers[name].verdict, message in answers[name].message) == (verdict, True), answers[name]
    problems = {row.student: row.message for row in rows if not row.exercise}
    assert problems.keys() == {"text", "list", "letter", "empty"} and all(problems.values())
    assert answers["ada"].right == "yes" and answers["ada.py"].verdict == "error", "two students of one name"
    assert answers["zoe"].right == answers["aaa"].right == answers["'=1+1"].right == "yes"
    assert {row.student for row in rows if row.exercise == ONE} == {*answers, *problems}, "a row for each"


def test_an_answer_needs_the_cells_that_its_names_come_from_and_no_other():
    helper, slow, local = (
        "def half(x):\n    return x / 2",
        "W = 1 / 0",
        "def f(W):\n    W[0] = half(W[0])\n    return W",
    )
    changed = "half.calls = 0"  # changes what a cell above has bound
    cells = [helper, slow, changed, "half = half", local, f'check("{ONE}", f)']
    assert needed(cells, [5]) == [0, 2, 3, 4, 5]


def test_the_results_are_read_back_as_they_were_written():
    rows = [grade.Row('Zoë, "Z"', "a.py", ONE, message='first line\nsecond; "quoted", too'), grade.Row("", "", "")]
    file = io.StringIO(newline="")
    grade.write(rows, file)
    back = list(csv.DictReader(io.StringIO(file.getvalue(), newline="")))
    assert [(r["student"], r["message"], r["points"]) for r in back] == [(r.student, r.message, "0") for r in rows]
    assert {"student", "exercise", "right", "parts", "tries", "message"} <= back[0].keys()


def test_the_work_that_a_page_saves_is_graded_with_its_tries(tmp_path):
    work = {
        "version": 1,
        "exercises": {ONE: {"tries": 3, "right": True, "last": ""}},
        "cells": {"chapters/01_metrics#spare-the-healthy-answer": {"text": RIGHT, "base": ""}},
    }
    (tmp_path / "mia").mkdir()
    (tmp_path / "mia" / "dlbook-work.json").write_text(json.dumps(work), encoding="utf-8")
    out = tmp_path / "out.csv"
    assert main.main(["grade", str(tmp_path), "--csv", str(out)]) == 0
    with out.open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["student"], row["right"], row["tries"], row["parts"]) == ("mia", "yes", "3", "4 of 4")
