"""`dlbook check` and `dlbook exercises`: the checker of the notebooks, for an answer in a file or in the command."""

import sys
import traceback
from dataclasses import replace
from pathlib import Path

from dlbook import exercises as room
from dlbook.cli import RIGHT, WRONG, Unusable, chapter_named, nearest
from dlbook.practise import progress
from dlbook.practise.exercise import Exercise, result_of


class NotRun(Exception):
    """The reader's file gives no answer; the message says why."""


def check(args) -> int:
    exercise = named(args.exercise)
    try:
        result = result_of(exercise, answer_of(exercise, args.answer))
    except NotRun as why:
        print(why)
        return WRONG
    print(result if args.hint else replace(result, hint=""))
    if result.hint and not args.hint:
        print("There is a hint: add --hint.")
    return RIGHT if result else WRONG


def exercises(args) -> int:
    if args.which is None:
        print(room.progress())
    elif "." in args.which and not args.which.endswith(".ipynb"):
        print(card(named(args.which)))
    else:
        entries = progress.load()
        for exercise in room.of_chapter(chapter_named(args.which).slug):
            mark = "solved" if entries.get(exercise.id, progress.EMPTY)["right"] else ""
            print(f"{exercise.id:<44} {exercise.kind:<8} {exercise.level:<7} {exercise.title}  {mark}".rstrip())
    return 0


def named(id: str) -> Exercise:
    try:
        return room.find(id)
    except KeyError:
        every = room.all_exercises()
        like = [e.id for e in every if id in e.concepts] or nearest(id, [e.id for e in every])
        hint = f"Did you mean {', '.join(like)}?" if like else "`dlbook exercises` shows where they are."
        raise Unusable(f"There is no exercise {id!r}. {hint}") from None


def card(exercise: Exercise) -> str:
    """What a notebook's card says, without the hints."""
    parts = [repr(exercise)]
    if exercise.figure:
        parts.append(f"Its figure is in the chapter: dlbook lab {room_of(exercise)}")
    if exercise.kind == "choose":
        parts.append("\n".join(f"{key}: {option}" for key, option in exercise.options.items()))
    answer = {"code": "FILE.py", "predict": "NUMBER", "choose": "LETTER"}[exercise.kind]
    if exercise.kind == "code":
        parts.append(f"Begin your file with\n\n{exercise.stub.strip()}")
    return "\n\n".join([*parts, f"Then: dlbook check {exercise.id} {answer}"])


def room_of(exercise: Exercise) -> str:
    """The chapter that an exercise is of."""
    return next(slug for slug in room.likely(exercise.id) if exercise in room.of_chapter(slug))


def answer_of(exercise: Exercise, given: str):
    """A function or `answer` from a file, a number, or a text."""
    if exercise.kind == "code" or given.endswith(".py"):
        name = exercise.function_name if exercise.kind == "code" else "answer"
        names = ran(Path(given))
        if name not in names:
            raise NotRun(f"{given} has no {name!r}: write it, then check it.")
        return names[name]
    if exercise.kind == "predict":
        try:
            return float(given)
        except ValueError:
            return given  # the checker says what it needs
    return given


def ran(path: Path) -> dict:
    """The names that the reader's file binds; as in a notebook, `np` is there."""
    try:
        source = path.read_bytes()
    except OSError as why:
        raise Unusable(f"{path} cannot be read ({why.strerror}): name the Python file with your answer.") from None
    import numpy as np

    names = {"__name__": "answer", "__file__": str(path), "np": np}
    sys.path.insert(0, str(path.resolve().parent))  # as for any script: it may import its neighbours
    try:
        exec(compile(source, str(path), "exec"), names)
    except BaseException as error:  # SystemExit and KeyboardInterrupt, too: a file cannot end the check
        raise NotRun(f"{path} did not run through. {told(error, str(path))}") from None
    return names


def told(error: BaseException, path: str) -> str:
    """An error of the reader's file, with the reader's own line."""
    what = "".join(traceback.format_exception_only(error)).strip().splitlines()[-1]
    if isinstance(error, SyntaxError):
        return f"{what}, in line {error.lineno}: {(error.text or '').strip()}" if error.lineno else what
    lines = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == path]
    return f"{what}, in line {lines[-1].lineno}: {lines[-1].line}" if lines else what
