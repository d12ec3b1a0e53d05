"""nbgrader itself, installed beside the pinned Jupyter: it makes the assignment of a chapter and grades answers."""

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

from dlbook import concepts, exercises
from dlbook.teach import POINTS

ROOT = Path(__file__).parents[2]
CHAPTER = concepts.chapter("gradient_descent")
NAME = CHAPTER.notebook


def written(exercise, wrong: bool) -> str:
    if exercise.kind == "code":
        return exercise.mistakes[0].code if wrong else exercise.solution
    if exercise.kind == "predict":
        return f"answer = {exercise.wrong_routes[0].number if wrong else exercise.value!r}"
    return f'answer = "{next(iter(exercise.wrong)) if wrong else exercise.answer}"'


def hand_in(course: Path, student: str, answer) -> None:
    """The released notebook with the answers of a student, or as it was handed out."""
    notebook = json.loads((course / "release" / NAME / f"{NAME}.ipynb").read_text(encoding="utf-8"))
    cells = notebook["cells"]
    asked = {cell["metadata"].get("nbgrader", {}).get("grade_id"): cell for cell in cells}
    assert "BEGIN SOLUTION" not in json.dumps(notebook)
    for exercise in exercises.of_chapter(CHAPTER.slug):
        check = next(c for c in asked.values() if f'check("{exercise.id}"' in "".join(c["source"]))
        id = check["metadata"]["nbgrader"]["grade_id"].removesuffix("-points")
        if answer is not None:
            asked[id]["source"] = written(exercise, answer == "wrong")
    folder = course / "submitted" / student / NAME
    folder.mkdir(parents=True)
    (folder / f"{NAME}.ipynb").write_text(json.dumps(notebook), encoding="utf-8")


def test_nbgrader_grades_a_chapter_as_the_book_does(tmp_path):
    environment, course = tmp_path / "environment", tmp_path / "class" / "nbgrader"
    subprocess.run([sys.executable, "-m", "venv", environment], check=True)
    bin = environment / "bin"
    packages = ["nbgrader", "ipykernel", "numpy", "matplotlib", "anywidget", "-c", ROOT / "constraints.txt"]
    subprocess.run([bin / "pip", "install", "--quiet", *packages], check=True)
    make = [sys.executable, ROOT / "tools" / "make_class.py", "--only", NAME, "--output", course.parent]
    subprocess.run(make, check=True)
    settings = os.environ | {"PATH": f"{bin}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}

    def nbgrader(*arguments: str) -> None:
        subprocess.run([bin / "nbgrader", *arguments], cwd=course, env=settings, check=True)

    nbgrader("generate_assignment", NAME)
    for student, answer in (("right", "right"), ("wrong", "wrong"), ("untouched", None)):
        hand_in(course, student, answer)
    nbgrader("autograde", NAME)
    nbgrader("export")
    with (course / "grades.csv").open(newline="", encoding="utf-8") as file:
        scores = {row["student_id"]: (float(row["score"]), float(row["max_score"])) for row in csv.DictReader(file)}
    points = sum(POINTS[exercise.level] for exercise in exercises.of_chapter(CHAPTER.slug))
    assert scores == {"right": (points, points), "wrong": (0, points), "untouched": (0, points)}
