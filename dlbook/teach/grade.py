"""Grade a folder of hand-ins with the book's own checker: `dlbook grade FOLDER --csv results.csv`.

Each file's code runs in a process of its own, in an empty folder, with a time and a memory limit, and what it prints is
thrown away. If an answer ends its process or never ends, that exercise is lost and the rest goes on in a new one. It is
no jail: code that means harm can read and write what the teacher can. Grade strangers in a container.
"""

import csv
import json
import linecache
import multiprocessing
import os
import signal
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, fields
from pathlib import Path

import numpy as np

from dlbook import concepts, exercises, teach
from dlbook.practise.checker import ERROR, NOT_YET, RIGHT, STOPPED, Feedback
from dlbook.practise.compare import difference
from dlbook.practise.exercise import Exercise
from dlbook.practise.sandbox import run
from dlbook.teach import POINTS
from dlbook.teach.handed_in import HandIn, read

SECONDS = 20  # of the processor for one exercise, its cells and its check; a busy machine makes no answer wrong
PATIENCE = 10  # times as long by the clock, for what only waits
START = 120.0  # for Python, NumPy and the book's own answers to be there
LONGEST = 1_000_000  # bytes of what the process says of an answer
MEMORY = 8 << 30  # bytes of addresses: what an array may not outgrow
MISSING = "not handed in"
ENDLESS = "No result, and the time is over: does a loop never end?"


@dataclass(frozen=True)
class Row:
    """One line of the CSV: what one student's answer to one exercise is worth, and why."""

    student: str
    file: str
    exercise: str
    level: str = ""
    right: str = "no"
    points: int = 0  # 1, 2, 3 for easy, medium, hard; 0 unless right
    parts: str = ""  # of a function, in how many cases it agrees
    tries: str = ""  # wrong answers before, where the file counts them
    verdict: str = ERROR
    message: str = ""


def write(rows: list[Row], file) -> None:
    table = csv.DictWriter(file, [column.name for column in fields(Row)])
    table.writeheader()
    table.writerows(map(asdict, rows))


def grade(folder: Path, chapters: list[str] = (), seconds: int = SECONDS) -> Iterator[Row]:
    """The rows of every student, in the order of the folder: a row for an answer, and one for each that is missing."""
    hand_ins = read(folder)
    asked = {e.id: None for slug in chapters for e in exercises.of_chapter(concepts.chapter(slug).slug)}
    asked |= {id: None for hand_in in hand_ins for id in hand_in.answers()}
    for student in dict.fromkeys(hand_in.student for hand_in in hand_ins):
        theirs = [hand_in for hand_in in hand_ins if hand_in.student == student]
        for hand_in in theirs:
            yield from graded(hand_in, [id for id in asked if id in hand_in.answers()], seconds)
        there = {id for hand_in in theirs for id in hand_in.answers()}
        missing = (row(HandIn(student, ""), id, lost(MISSING, "")) for id in asked if id not in there)
        yield from (gap for gap in missing if gap.level)  # not what another student misspelt


def graded(hand_in: HandIn, ids: list[str], seconds: int) -> Iterator[Row]:
    """The rows of one file. A process judges one exercise after another; one that it is lost at is not tried again."""
    if hand_in.problem:
        yield Row(hand_in.student, hand_in.file, "", message=hand_in.problem)
    while ids:
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            for said in answers_of(hand_in, ids, seconds, folder):
                yield row(hand_in, ids[0], said)
                ids = ids[1:]


def row(hand_in: HandIn, id: str, said: dict) -> Row:
    try:
        exercise = exercises.find(id)
    except KeyError:
        return Row(hand_in.student, hand_in.file, id, message=f"There is no exercise {id!r}.")
    right = said["verdict"] == RIGHT
    return Row(
        hand_in.student,
        hand_in.file,
        id,
        exercise.level,
        right="yes" if right else "no",
        points=POINTS[exercise.level] if right else 0,
        tries=str(hand_in.tries.get(id, "")),
        **said,
    )


# ── The process of one hand-in ───────────────────────────────────────────────────────────────────────────────────────


def answers_of(hand_in: HandIn, ids: list[str], seconds: int, folder: str) -> Iterator[dict]:
    """What a fresh process says of the exercises, one by one; the last one is what it was lost at, if it was."""
    here, there = multiprocessing.Pipe(duplex=False)
    given = hand_in, ids, seconds, folder, there
    process = multiprocessing.get_context("spawn").Process(target=work, args=given, daemon=True)
    process.start()
    there.close()
    try:
        here.poll(START) and here.recv_bytes(LONGEST)  # Python is there, and the book's own answers
        for _ in ids:
            if not here.poll(seconds * PATIENCE):
                yield lost(STOPPED, ENDLESS)
                return
            said = json.loads(here.recv_bytes(LONGEST))  # text: an object could bring code with it
            yield {key: str(said[key]) for key in ("verdict", "message", "parts")}
    except (EOFError, OSError, ValueError, KeyError, TypeError):
        process.join(1)
        too_long = process.exitcode == -getattr(signal, "SIGXCPU", 0)
        yield lost(STOPPED, ENDLESS) if too_long else lost(ERROR, "The code ended the program that ran it.")
    finally:
        here.close()
        with suppress(AttributeError, ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # with all that it may have started
        process.kill()
        process.join()


def lost(verdict: str, message: str) -> dict:
    return {"verdict": verdict, "message": message, "parts": ""}


def work(hand_in: HandIn, ids: list[str], seconds: int, folder: str, there) -> None:
    """Inside the process: judge the exercises in their order, and say of each what it is worth."""
    with suppress(AttributeError):
        os.setsid()  # a group of its own
    limit("RLIMIT_AS", MEMORY)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    prepare(ids)
    os.chdir(folder)
    there.send_bytes(b"ready")
    for id in ids:
        limit("RLIMIT_CPU", int(time.process_time()) + 1 + seconds)
        there.send_bytes(json.dumps(verdict_of(hand_in, id)).encode())


def limit(name: str, most: int) -> None:
    """What the process may have of something, where the system can tell."""
    with suppress(ImportError, OSError, ValueError):
        import resource  # not on Windows

        what = getattr(resource, name)
        resource.setrlimit(what, (most, resource.getrlimit(what)[1]))


def prepare(ids: list[str]) -> None:
    """The book's own answers, before any other code runs."""
    for id in ids:
        with suppress(KeyError):
            exercise = exercises.find(id)
            if exercise.kind == "code":
                exercise.expected(), exercise.mistaken()
            elif exercise.kind == "predict":
                exercise.value  # noqa: B018


def verdict_of(hand_in: HandIn, id: str) -> dict:
    """Run the cells of an answer with a `check` that only keeps what it is given, then judge that."""
    given, errors = [], []

    def keep(key: str, answer=...) -> None:
        if key == id:
            given.append(answer)

    exercises.check = teach.check = keep
    names = {"__name__": "__main__", "np": np, "check": keep}
    place = hand_in.answers()[id]
    for number, cell in enumerate(hand_in.needed(place)):
        file = f"<{hand_in.file}, cell {number}>"
        linecache.cache[file] = (len(cell), None, cell.splitlines(True), file)  # a message may quote the line
        try:
            exec(compile(cell, file, "exec"), names)
        except BaseException as error:  # SystemExit, too
            errors.append(f"The cell raised {type(error).__name__}: {error}".rstrip(": "))
    if errors and not given:
        return lost(ERROR, errors[0])
    try:
        exercise = exercises.find(id)
    except KeyError:
        return lost(ERROR, "")
    answer = given[-1] if given else ...
    feedback = teach.judge(exercise, answer)
    return {"verdict": feedback.verdict, "message": feedback.message, "parts": parts(exercise, answer, feedback)}


def parts(exercise: Exercise, answer, feedback: Feedback) -> str:
    """In how many of its cases a function agrees."""
    if exercise.kind != "code" or feedback.verdict in (NOT_YET, STOPPED) or not callable(answer):
        return ""
    expected = exercise.expected()
    if feedback.verdict == RIGHT:
        return f"{len(expected)} of {len(expected)}"
    found = [run(answer, args) for args in exercise.cases()]
    wrong = [
        outcome.error or difference(outcome.value, right.value, exercise.rtol, exercise.atol, exercise.returns)
        for outcome, right in zip(found, expected, strict=True)
    ]
    return f"{sum(not said for said in wrong)} of {len(expected)}"
