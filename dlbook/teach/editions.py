"""Other editions of a chapter's notebook: the students', an assignment, the teacher's. All from the notebook itself.

In the book a card calls `exercise(id)`, which shows task, hints and solution. Here its task stands there as text.
"""

import copy
import re

from dlbook import exercises
from dlbook.concepts import Chapter, concept
from dlbook.practise.exercise import Exercise
from dlbook.teach import POINTS
from dlbook.teach.handed_in import CHECK, needed

CARD = re.compile(r'^exercise\("([a-z0-9_.]+)"\)$')
KINDS = {"code": "write code", "predict": "predict a number", "choose": "choose"}
BOOKS_CHECK, STUDENTS_CHECK = "from dlbook.exercises import check, exercise", "from dlbook.teach import check"
HINTS = re.compile(r"([;,]| and)+ each wrong try offers the next hint\.")
TARGET = re.compile(r"^\(exercise-[a-z0-9-]+\)=\n", re.MULTILINE)  # the place of a task in a notebook
ELSEWHERE = re.compile(r"\[([^\]]+)\]\(\.\./[^)]+\)")  # links to pages that lie beside the chapters in the book


def students(notebook: dict) -> dict:
    """The chapter without hints and solutions: each card is its task, and `check` gives no hint."""
    return _edition(notebook, lambda exercise: [task(exercise)])


def teachers(notebook: dict) -> dict:
    """The chapter with all answers: each task is followed by hints, solution and usual mistakes, and answered."""
    edition = _edition(notebook, lambda exercise: [task(exercise), answers(exercise)])
    for cell in edition["cells"]:
        if "exercise" in tags(cell):
            exercise = exercises.find(CHECK.search(cell["source"])[1])
            cell["source"] = answered(exercise, cell["source"])
    return edition


def assignment(notebook: dict, chapter: Chapter) -> dict:
    """The exercises alone, with the cells that they need."""
    edition = students(notebook)
    cells = edition["cells"]
    sources = [cell["source"] if cell["cell_type"] == "code" else "" for cell in cells]
    first = next(i for i, cell in enumerate(cells) if cell["source"].startswith("## Exercises"))
    last = next((i for i in range(first + 1, len(cells)) if cells[i]["source"].startswith("## ")), len(cells))
    code = [i for i in range(first, last) if sources[i]]
    setup = next(i for i, source in enumerate(sources) if STUDENTS_CHECK in source)
    kept = sorted({setup, *needed(sources, code), *range(first, last)})
    title = f"# {chapter.number:02d} {chapter.title}: exercises\n\n{_points(chapter)}"
    intro = markdown("assignment", f"{title}\nWrite your answers and hand in this file.")
    edition["cells"] = [intro, *(cells[i] for i in kept)]
    return edition


def for_nbgrader(notebook: dict, chapter: Chapter) -> dict:
    """The assignment as nbgrader's instructors' version: solutions in its marks, and a locked cell with the points."""
    edition = assignment(notebook, chapter)
    edition["cells"] = [new for cell in edition["cells"] for new in _graded(cell)]
    return edition


def _graded(cell: dict) -> list[dict]:
    if "exercise" not in tags(cell):
        return [cell]
    exercise = exercises.find(CHECK.search(cell["source"])[1])
    mine, _, call = cell["source"].rpartition("check(")
    marked = f"{mine.strip()}\n\n\n### BEGIN SOLUTION\n{answered(exercise, exercise.stub).strip()}\n### END SOLUTION"
    told = f"result = check({call.strip()}\nprint(result)\nassert result, result.message"
    plain = {"grade": False, "grade_id": cell["id"], "locked": False, "solution": True, "task": False}
    points = {"grade": True, "grade_id": f"{cell['id']}-points", "locked": True, "solution": False, "task": False}
    return [
        cell | {"source": marked, "metadata": {"nbgrader": plain | {"schema_version": 3}}},
        {
            "cell_type": "code",
            "execution_count": None,
            "id": f"{cell['id']}-points",
            "metadata": {"nbgrader": points | {"points": POINTS[exercise.level], "schema_version": 3}},
            "outputs": [],
            "source": told,
        },
    ]


def handbook(chapter: Chapter) -> str:
    """All exercises of a chapter with their answers, as one Markdown text."""
    texts = [part for exercise in exercises.of_chapter(chapter.slug) for part in (task(exercise), answers(exercise))]
    head = f"# {chapter.number:02d} {chapter.title}: the teacher's edition\n\n{_points(chapter)}"
    return TARGET.sub("", "\n\n".join([head, *texts])) + "\n"


def _points(chapter: Chapter) -> str:
    found = exercises.of_chapter(chapter.slug)
    points, minutes = sum(POINTS[e.level] for e in found), sum(e.minutes for e in found)
    return f"{len(found)} exercises, {points} points (easy 1, medium 2, hard 3), about {minutes} minutes."


def _edition(notebook: dict, card) -> dict:
    edition = copy.deepcopy(notebook)
    edition["cells"] = [new for cell in edition["cells"] for new in _cells(cell, card)]
    return edition


def _cells(cell: dict, card) -> list[dict]:
    """What stands in the place of one cell."""
    source = "".join(cell["source"])
    found = CARD.match(source)
    if found:
        texts = card(exercises.find(found[1]))
        return [markdown(f"{cell['id']}{'-answers' * i}", text) for i, text in enumerate(texts)]
    if cell["cell_type"] == "markdown":
        source = ELSEWHERE.sub(r"\1", HINTS.sub(".", source))
    return [cell | {"source": source.replace(BOOKS_CHECK, STUDENTS_CHECK)}]


def tags(cell: dict) -> list[str]:
    return cell["metadata"].get("tags", [])


def markdown(id: str, text: str) -> dict:
    return {"cell_type": "markdown", "id": id, "metadata": {}, "source": text}


# ── The words of one exercise ────────────────────────────────────────────────────────────────────────────────────────


def task(exercise: Exercise) -> str:
    """What a student is to know."""
    kind = "read a plot" if exercise.figure else KINDS[exercise.kind]
    about = ", ".join(concept(id).name for id in exercise.concepts)
    facts = f"*{kind} · {exercise.level} · about {exercise.minutes} min · {about}*"
    parts = [f"({exercise.anchor})=\n### {exercise.title}", facts, exercise.task.strip()]
    if exercise.kind == "choose":
        parts.append("\n".join(f"- **{key}**: {text}" for key, text in exercise.options.items()))
    return "\n\n".join(parts)


def answers(exercise: Exercise) -> str:
    """What a teacher is to know: hints, solution, and what is said of the usual mistakes."""
    hints = "\n".join(f"{i}. {hint}" for i, hint in enumerate(exercise.hints, start=1))
    solution = fenced(exercise.solution) if exercise.kind == "code" else exercise.solution.strip()
    parts = [
        f"#### Solution ({exercise.id})",
        solution,
        "#### Hints",
        hints,
        "#### Usual mistakes, and what they are told",
    ]
    return "\n\n".join([*parts, *mistakes(exercise)])


def mistakes(exercise: Exercise) -> list[str]:
    if exercise.kind == "code":
        return [f"**{m.name}**: {m.message}\n\n{fenced(m.code)}" for m in exercise.mistakes]
    if exercise.kind == "predict":
        return [f"**{route.number:.4g}**: {route.message}" for route in exercise.wrong_routes]
    return [f"**{key}**: {message}" for key, message in exercise.wrong.items()]


def fenced(code: str) -> str:
    return f"```python\n{code.strip()}\n```"


def answered(exercise: Exercise, source: str) -> str:
    """The cell of an answer with the solution in it."""
    worked = {
        "code": lambda: exercise.solution.strip(),
        "predict": lambda: f"answer = {exercise.value:.9g}",
        "choose": lambda: f'answer = "{exercise.answer}"',
    }[exercise.kind]()
    if exercise.stub.strip() not in source:
        raise ValueError(f"the cell of {exercise.id} does not hold its stub")
    return source.replace(exercise.stub.strip(), worked)
