"""The checker before every kind of answer, the card in both hosts, and the reader's progress."""

import itertools
import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from dlbook import exercises
from dlbook.practise import checker, progress, repeat, sandbox
from dlbook.practise.compare import difference, shown
from dlbook.practise.exercise import Choose, Code, Mistake, Predict, Route, result_of
from dlbook.practise.markdown import to_html
from dlbook.scratch.activations import leaky_relu


def halves(z, k):
    """The reference of the exercise below."""
    return np.asarray(z) / 2 + k


def both(z, k):
    return np.asarray(z) / 2, np.float64(k)


HALVES = Code(
    id="metrics.halves",
    concepts=("metrics.accuracy",),
    title="Halves < wholes",
    level="easy",
    minutes=1,
    task="Return $\\frac z2 + k$, **not** `z`.\n\n- one\n- two",
    stub="def halves(z, k):\n    ...\n",
    hints=("First.", "Second, with `code`.", "Third."),
    solution="def halves(z, k):\n\n    return z / 2 + k  # a < b\n",
    cases=lambda: [(np.array([1.0, 2.0]), 0), (np.array([3.0, -1.0, 0.5]), 2)],
    reference=halves,
    mistakes=(
        Mistake("double", "def halves(z, k):\n    return z * 2 + k\n", "You doubled."),
        Mistake("raises", "def halves(z, k):\n    return z / 0 if k else 1 / 0\n", "You divided by zero."),
    ),
)
PAIR = replace(HALVES, reference=both, mistakes=(), returns=("half", "k"))
GUESS = Predict(
    id="metrics.guess",
    concepts=("metrics.accuracy",),
    title="Guess",
    level="easy",
    minutes=1,
    task="What is $\\frac14$?",
    hints=("Less than one.", "Half of a half."),
    solution="It is $0.25$.",
    answer=lambda: 1 / 4,
    tolerance=0.01,
    wrong_routes=(Route(0.5, "Only one half."), Route(lambda: 4.0, "Turn it over.")),
)


@pytest.fixture(autouse=True)
def progress_file(tmp_path, monkeypatch):
    path = tmp_path / "data" / "progress.json"
    monkeypatch.setenv("DLBOOK_PROGRESS", str(path))
    return path


def verdict_and_text(answer, exercise=HALVES):
    result = result_of(exercise, answer)
    return result.verdict, repr(result)


# ─── What an answer may be ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "answer",
    [
        lambda z, k: z / 2 + k,
        lambda z, k: [v / 2 + k for v in z],
        lambda z, k: tuple(v / 2 + k for v in z),
        lambda z, k: (z / 2 + k).astype(np.float32),
        lambda z, k: [Fraction(v) / 2 + k for v in z],
        lambda z, k: np.array([Decimal(v) / 2 + k for v in z]),
        lambda z, k: (z / 2 + k).astype(object),
        lambda z, k: [v / 2 + next(itertools.islice(itertools.count(), k, None)) for v in z],
        lambda *args: args[0] / 2 + args[1],
        np.vectorize(lambda z, k: z / 2 + k),
    ],
    ids=["array", "list", "tuple", "float32", "Fraction", "Decimal", "object", "count", "star", "no code of its own"],
)
def test_right_in_many_forms(answer):
    assert verdict_and_text(answer) == (checker.RIGHT, "Right. All 2 cases agree.")


def returns(value):
    return lambda z, k: value


def raises(z, k):
    return {}["missing"]


def raises_in_a_helper(z, k):
    return _helper(z)


def _helper(z):
    raise ValueError("z is odd")


def raises_inside_numpy(z, k):
    return np.linalg.inv(np.ones((2, 3)))


def exits(z, k):
    sys.exit(3)


def recurses(z, k):
    return recurses(z, k)


def generates(z, k):
    yield z


async def awaits(z, k):
    return z


loops = HALVES.function("def halves(z, k):\n    while True: pass\n")  # one line: Python 3.11 traces none of it


def loops_in_a_helper(z, k):
    def forever():
        while True:
            z.sum()

    return forever()


def loops_and_catches(z, k):
    while True:
        try:
            k += 1
        except Exception:
            pass


def interrupted(z, k):
    raise KeyboardInterrupt


def ragged(z, k):
    return [[1.0], [1.0, 2.0]]


class Init:
    pass


def counts(z, k):
    return sum(itertools.count())


cycle = itertools.cycle


def cycles(z, k):
    return max(cycle([1, 2]))


def two_parameters_short():
    return 1


@pytest.mark.parametrize(
    ("answer", "verdict", "words"),
    [
        (raises, "error", "raised KeyError: 'missing', in line 2 of `raises`: `return {}[\"missing\"]`"),
        (raises_in_a_helper, "error", 'raised ValueError: z is odd, in `_helper`: `raise ValueError("z is odd")`'),
        (raises_inside_numpy, "error", "in line 2 of `raises_inside_numpy`: `return np.linalg.inv(np.ones((2, 3)))`"),
        (exits, "error", "ended the program"),
        (recurses, "error", "calls itself without end"),
        (lambda z: z, "error", "`halves` must take (z, k): yours takes (z)"),
        (two_parameters_short, "error", "yours takes ()"),
        (3.0, "error", "`halves` without brackets: this is one number"),
        ("halves", "error", "this is text"),
        (loops, "stopped", "2,000,000 steps without a result"),
        (loops_in_a_helper, "stopped", "loop in your function never end"),
        (loops_and_catches, "stopped", "loop in your function never end"),
        (interrupted, "stopped", "You interrupted your function"),
        (generates, "wrong", "yours is a generator (write `return`, not `yield`"),
        (awaits, "wrong", "yours is a coroutine"),
        (returns(None), "wrong", "yours is None (is a `return` missing?)"),
        (returns("0.5"), "wrong", "an array of shape (2,): yours is text"),
        (returns(np.array(["a", "b"])), "wrong", "yours holds text"),
        (returns([1j, 2]), "wrong", "yours holds complex numbers"),
        (returns([None, 2]), "wrong", "yours holds something that is no number: None"),
        (returns({"a": 1}), "wrong", "yours is a dictionary"),
        (returns({1, 2}), "wrong", "yours is a set"),
        (returns(map(abs, [1])), "wrong", "yours is a map"),
        (returns(np.mean), "wrong", "yours is a function (call it"),
        (returns(0.5), "wrong", "must be an array of shape (2,): yours is a single number"),
        (returns([[1.0], [2.0]]), "wrong", "must be an array of shape (2,): yours is an array of shape (2, 1)"),
        (ragged, "wrong", "a list whose rows have unequal lengths"),
        (returns([0.5, np.nan]), "wrong", "holds nan where a number is expected"),
        (returns([0.5, 1.5]), "wrong", "differs in 1 of 2 entries, first at [1]: 1.5 instead of 1."),
        (returns(True), "wrong", "yours is a single number"),
        (lambda z, k: z > 1, "wrong", "holds True and False, a truth value where numbers are expected"),
        (returns([np.ones(1), np.ones((2, 2))]), "wrong", "unequal lengths"),
        (returns(np.array([np.ones(2), None], dtype=object)), "wrong", "yours holds one array in a place where"),
        (returns([0.0] * 5_000_000), "wrong", "yours is a list of 5,000,000"),
        (returns([10**400, 1]), "wrong", "past the range of floats"),
        (returns(Init()), "wrong", "yours is an Init"),
        (counts, "stopped", "2,000,000 steps without a result"),
        (cycles, "stopped", "2,000,000 steps without a result"),
        (returns(...), "not yet tried", "still returns `...`"),
    ],
    ids=lambda value: getattr(value, "__name__", None) if callable(value) else None,
)
def test_what_is_wrong_is_said(answer, verdict, words):
    got, text = verdict_and_text(answer)
    assert got == verdict
    assert words in text


def test_an_object_that_fights_back_is_reported():
    class Spiteful:
        def __float__(self):
            raise RuntimeError("no")

    assert result_of(GUESS, Spiteful()).verdict == checker.ERROR
    assert result_of(HALVES, returns(Spiteful())).verdict == checker.WRONG


def test_parts_are_named():
    assert result_of(PAIR, lambda z, k: [list(z / 2), k])
    assert "Return 2 parts, (half, k): yours is one number" in verdict_and_text(returns(1.0), PAIR)[1]
    assert "Return 2 parts, (half, k): yours has 3" in verdict_and_text(returns((1, 2, 3)), PAIR)[1]
    assert "`k` is 1, expected is 0" in verdict_and_text(lambda z, k: (z / 2, k + 1), PAIR)[1]


def test_the_failing_case_is_shown():
    result = result_of(HALVES, lambda z, k: z / 2 if k else z / 2 + k)
    assert result.case == (
        "z         [ 3. , -1. , 0.5]\nk         2\nyours     [ 1.5 , -0.5 , 0.25]\nexpected  [3.5 , 1.5 , 2.25]"
    )


def test_a_mistake_may_be_an_exception():
    result = result_of(HALVES, lambda z, k: 1 / 0 if not k else z / 0)
    assert (result.verdict, result.message) == (checker.WRONG, "You divided by zero.")
    assert "NumPy warned: divide by zero encountered in divide." in result.notes


# ─── What many wrong answers have in common ─────────────────────────────────────────────────────────────────


THIRDS = replace(
    HALVES,
    cases=lambda: [(np.array([[1.0, 2.0]]), 0), (np.array([[3.0, -1.0], [0.5, 7.0], [1.0, 1.0]]), 4)],
    mistakes=(),
)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda z, k: -halves(z, k), "The result is the right one with the opposite sign, in every case"),
        (lambda z, k: 2 * halves(z, k), "The result is twice the right one, in every case"),
        (lambda z, k: halves(z, k) / 2, "The result is half the right one, in every case"),
        (lambda z, k: 100 * halves(z, k), "100 times the right one, in every case: is it in percent?"),
        (lambda z, k: len(z) * halves(z, k), "N times the right one, in every case, with N the length of `z`: a sum"),
        (
            lambda z, k: halves(z, k) / z.size,
            "divided by N, in every case, with N the number of entries of `z`: a mean",
        ),
        (lambda z, k: halves(z, k).astype(int), "cut to whole numbers, and the right values have fractions"),
        (lambda z, k: np.trunc(halves(z, k)), "cut to whole numbers, and the right values have fractions"),
        (lambda z, k: np.round(halves(z, k)), "rounded to whole numbers"),
        (
            lambda z, k: np.ceil(halves(z, k)).astype(int),
            "The result holds integers, and the right values have fractions",
        ),
        (lambda z, k: np.round(halves(z, k), 1), "The result is rounded to 1 decimal: give all"),
        (lambda z, k: halves(z.astype(np.float16), k) * np.float16(0.999), "the few digits that float16 keeps"),
        (lambda z, k: halves(z.astype(np.float32) * np.float32(1.00001), k), "the few digits that float32 keeps"),
        (lambda z, k: 3 * halves(z, k), "differs in 2 of 2 entries"),
        (lambda z, k: np.zeros_like(z), "differs in 2 of 2 entries"),
        (
            lambda z, k: halves(z, k) * (1 + 2e-6),
            "differs in 2 of 2 entries, first at [0, 0]: 0.500001 instead of 0.5.",
        ),
        (lambda z, k: halves(z, k) + (k > 0) * halves(z, k), "differs in 6 of 6 entries"),
    ],
)
def test_one_rule_for_what_is_wrong_everywhere(answer, words):
    got, text = verdict_and_text(answer, THIRDS)
    assert got == checker.WRONG
    assert words in text


def test_a_part_is_wrong_everywhere():
    message = result_of(replace(PAIR, returns=()), lambda z, k: (z, k)).message
    assert message.startswith("Part 1 is twice the right one, in every case")
    assert result_of(PAIR, lambda z, k: (z / 2, -k)).message.startswith("`k` is the right one with the opposite sign")


def test_one_part_alone_is_told_from_a_number():
    """An array of as many numbers as there are parts is no tuple; an array of as many rows may be one."""
    pair = replace(PAIR, reference=lambda z, k: (np.asarray(z) / 2, np.asarray(z) * k))
    assert "Return 2 parts, (half, k): yours is `half` alone." in verdict_and_text(lambda z, k: z / 2, pair)[1]
    assert (
        "Return 2 parts, (half, k): yours is one array of shape (2,)." in verdict_and_text(lambda z, k: z + 9, pair)[1]
    )
    assert result_of(pair, lambda z, k: np.array([z / 2, z * k]))


def test_the_first_failing_case_is_told_even_if_a_later_one_raises():
    result = result_of(HALVES, lambda z, k: z / 0 + {}[k] if k else z * 7)
    assert (result.verdict, result.message) == (
        checker.WRONG,
        "The result differs in 2 of 2 entries, first at [0]: 7 instead of 0.5.",
    )
    assert result.case.startswith("z         [1., 2.]")
    assert "In a later case: Your function raised KeyError: 2" in result.notes[0]


def test_the_first_failing_case_is_told_even_if_a_later_one_never_ends():
    endless = HALVES.function("def halves(z, k):\n    while k:\n        pass\n    return z * 7\n")
    assert "7 instead of 0.5" in result_of(HALVES, endless).message
    right = HALVES.function("def halves(z, k):\n    while k:\n        pass\n    return z / 2\n")
    assert result_of(HALVES, right).verdict == checker.STOPPED


def test_the_books_own_function_is_right_and_said():
    exercise = exercises.find("activations.leak")
    for own in (exercise.reference, lambda z, alpha: leaky_relu(z, alpha)):
        assert result_of(exercise, own).message == "All 9 cases agree. That is the book's own: right, and now yours?"
    assert "now yours" not in result_of(exercise, exercise.function(exercise.solution)).message
    assert "now yours" not in result_of(exercise, lambda z, alpha: 1 * leaky_relu(z, alpha)).message


# ─── What an answer may not do ──────────────────────────────────────────────────────────────────────────────


def test_changed_arguments_are_noticed_and_harm_nothing():
    kept = np.array([1.0, 2.0])
    exercise = replace(HALVES, cases=lambda: [(kept, 0), (kept, 2)])

    def in_place(z, k):
        z /= 2
        z += k
        return z

    def clears(z, k):
        z[:] = 0
        return z

    result = result_of(exercise, in_place)
    assert result.verdict == checker.WRONG
    assert "your function changes `z` in place: work on a copy" in result.message
    result = result_of(exercise, clears)
    assert result.notes[0] == "Your function also changes `z` in place: work on a copy."
    assert kept.tolist() == [1.0, 2.0]
    assert result_of(exercise, HALVES.function(HALVES.solution))


def test_no_two_arguments_are_the_same_array():
    same = np.array([1.0, 2.0])
    exercise = replace(HALVES, stub="def halves(z, k): ...", cases=lambda: [(same, same), (same, same + 1)])

    def in_place(z, k):
        z /= 2
        z += k
        return z

    assert "The numbers are right, but your function changes `z` in place" in result_of(exercise, in_place).message


def test_a_patch_of_numpy_is_named_and_taken_back():
    isclose = np.isclose

    def patches(z, k):
        np.isclose = lambda *_, **__: np.True_
        np.linalg.norm = None
        return z

    result = result_of(HALVES, patches)
    assert result.verdict == checker.WRONG
    assert (
        "Your function replaces `np.isclose` and `np.linalg.norm`: the check has put NumPy's own back."
        in result.message
    )
    assert np.isclose is isclose and callable(np.linalg.norm)
    assert not result_of(HALVES, lambda z, k: z)
    np.isclose = lambda *_, **__: np.True_
    result = result_of(HALVES, lambda z, k: z)
    assert not result and np.isclose is isclose
    assert "In this session `np.isclose` had been replaced" in result.notes[-1]


def test_a_buffer_that_is_used_again_does_not_hide_a_wrong_answer():
    buffer, calls = np.zeros(2), []
    exercise = replace(HALVES, cases=lambda: [(np.array([1.0, 2.0]), 0)] * 2)

    def first_wrong_then_right(z, k):
        buffer[:] = z / 2 + k if calls else 9
        calls.append(k)
        return buffer

    result = result_of(exercise, first_wrong_then_right)
    assert result.verdict == checker.WRONG and "yours     [9., 9.]" in result.case


def test_the_tracer_that_was_there_comes_back():
    def spy(frame, event, arg):
        return None

    before = sys.gettrace()
    sys.settrace(spy)
    try:
        for answer in (lambda z, k: z, raises, loops, exits):
            result_of(HALVES, answer)
            assert sys.gettrace() is spy
    finally:
        sys.settrace(before)


def test_a_warning_is_a_remark_and_no_error():
    def warns(z, k):
        np.exp(np.float64(1000))
        return z / 2 + k

    result = result_of(HALVES, warns)
    assert result.verdict == checker.RIGHT
    assert result.notes == ("NumPy warned: overflow encountered in exp.",)


def test_an_honest_loop_has_room_enough():
    def slow(z, k):
        total = 0
        for i in range(100_000):
            total += i
        return z / 2 + k + 0 * total

    assert result_of(HALVES, slow)


# ─── Comparing ──────────────────────────────────────────────────────────────────────────────────────────────


def test_numbers_are_compared_at_the_stated_tolerance():
    assert not difference(1 + 0.9e-6, np.float64(1), rtol=1e-6, atol=0)
    assert difference(1 + 1.1e-6, np.float64(1), rtol=1e-6, atol=0)
    assert not difference([np.nan, np.inf], np.array([np.nan, np.inf]), rtol=1e-6, atol=0)
    assert difference([np.nan, -np.inf], np.array([np.nan, np.inf]), rtol=1e-6, atol=0)
    assert difference([0.0, 1.0], np.array([np.nan, 1.0]), rtol=1e-6, atol=0)
    assert not difference(True, np.int64(1), rtol=1e-6, atol=0)


def test_long_arguments_are_shown_short():
    assert len(shown(np.arange(10_000))) < 80
    assert shown(halves) == "halves"
    assert shown((np.zeros(1), np.float64(0.5))) == "([0.], 0.5)"
    assert shown([[1], [1, 2]]) == "a list"


# ─── Numbers and choices ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("answer", "verdict", "words"),
    [
        (..., "not yet tried", "Put your number"),
        (None, "not yet tried", "Put your number"),
        (0.25, "right", "Exactly"),
        (np.array(0.256), "right", "0.25 it is"),
        (0.5, "wrong", "Only one half."),
        (0.515, "wrong", "Only one half."),
        (0.525, "wrong", "0.525 is too large"),
        (4, "wrong", "Turn it over."),
        (4.1, "wrong", "Turn it over."),
        (Fraction(1, 4), "right", "Exactly"),
        (Decimal("0.256"), "right", "0.25 it is"),
        (25, "wrong", "in percent"),
        (50, "wrong", "not percent. Only one half."),
        (0.9, "wrong", "0.9 is too large"),
        (-1, "wrong", "-1 is too small"),
        (float("inf"), "wrong", "inf is too large"),
        (float("nan"), "wrong", "nan is no number"),
        ("0.25", "error", "A number is needed: this is text"),
        (True, "error", "A number is needed: this is True, a truth value"),
        (10**400, "error", "A number is needed"),
        ([0.25], "error", "A number is needed: this is a list"),
        (1j, "error", "A number is needed: this is a complex number"),
    ],
)
def test_predicted_numbers(answer, verdict, words):
    got, text = verdict_and_text(answer, GUESS)
    assert got == verdict
    assert words in text


def test_a_choice():
    pick = Choose(
        **{name: getattr(GUESS, name) for name in ("id", "concepts", "title", "level", "minutes", "task", "hints")},
        solution="**b**",
        options={"a": "first", "b": "second"},
        answer="b",
        wrong={"a": "It is not the first."},
    )
    assert verdict_and_text(..., pick)[0] == checker.NOT_YET
    assert result_of(pick, "B ")
    assert "It is not the first." in verdict_and_text("a", pick)[1]
    assert verdict_and_text("c", pick) == (checker.ERROR, 'It did not run through. Choose one of "a", "b".')
    assert "<li><strong>a</strong>: first</li>" in pick._repr_mimebundle_()["text/html"]


# ─── check, and the hints that it unlocks ───────────────────────────────────────────────────────────────────


def test_every_new_wrong_answer_unlocks_the_next_hint():
    numbers = [result_of(HALVES, returns_constant(i)).hint_number for i in range(5)]
    assert numbers == [1, 2, 3, 3, 3]
    assert "All hints are open now" in result_of(HALVES, returns_constant(9)).notes[-1]


def returns_constant(value):
    return HALVES.function(f"def halves(z, k):\n    return {float(value)}\n")


def test_running_a_cell_twice_is_one_try():
    assert [result_of(HALVES, returns_constant(7)).hint_number for _ in range(3)] == [1, 1, 1]
    assert [result_of(GUESS, 0.5).hint_number for _ in range(3)] == [1, 1, 1]


def test_an_error_is_no_try_and_the_right_answer_needs_no_hint():
    assert not result_of(HALVES, raises).hint
    assert not result_of(HALVES, HALVES.function(HALVES.solution)).hint
    assert progress.entry(HALVES.id)["tries"] == 0


def test_an_unknown_id_is_answered_by_check_and_raised_by_exercise():
    result = exercises.check("metrics.specifity", 1)
    assert result.verdict == checker.ERROR
    assert "There is no exercise 'metrics.specifity'" in repr(result)
    with pytest.raises(KeyError, match="metrics.specifity"):
        exercises.exercise("metrics.specifity")


def test_the_stub_is_known_wherever_it_stands_and_a_docstring_is_an_attempt():
    namespace = {}
    exec("# a cell\n\n\ndef halves(z, k):\n    ...\n", namespace)
    assert result_of(HALVES, namespace["halves"]).verdict == checker.NOT_YET
    exec("def halves(z, k):\n    z / 2 + k\n", namespace)
    assert "is a `return` missing?" in repr(result_of(HALVES, namespace["halves"]))


def test_feedback_reads_the_same_in_a_page_and_in_a_terminal():
    result = result_of(HALVES, returns([[1.0], [2.0]]))
    page, text = result._repr_html_(), repr(result)
    assert 'data-verdict="wrong"' in page and 'data-exercise="metrics.halves"' in page and 'role="status"' in page
    plain = re.sub(r"<style>.*?</style>|<[^>]+>", " ", page, flags=re.S)
    for words in ("Not yet right.", "must be an array of shape (2,): yours is an array of shape (2, 1).", "First."):
        assert words in text and words in plain


# ─── The card ───────────────────────────────────────────────────────────────────────────────────────────────


def test_the_card_folds_hint_in_hint_and_the_solution_last():
    card = HALVES._repr_mimebundle_()["text/html"]
    opened = re.findall(r'<details class="(\w+)"|(</details>)', card)
    assert [name or "end" for name, _ in opened] == ["hint"] * 3 + ["solution"] + ["end"] * 4
    assert 'id="exercise-metrics-halves"' in card and 'data-exercise="metrics.halves"' in card
    assert "<h3" in card and "Halves &lt; wholes" in card
    assert "$\\frac z2 + k$, <strong>not</strong> <code>z</code>" in card
    assert card.count("<section") == card.count("</section>") == 1


def test_the_card_of_the_page_leaves_formulas_and_code_to_the_build(monkeypatch):
    monkeypatch.setenv("DLBOOK_STATIC", "1")
    bundle = HALVES._repr_mimebundle_()
    assert "text/html" not in bundle
    card = bundle["text/markdown"]
    assert card.startswith("(exercise-metrics-halves)=\n\n<section")
    assert "\n\nReturn $\\frac z2 + k$, **not** `z`.\n\n- one\n- two\n\n" in card
    assert "\n\n```python\ndef halves(z, k):\n\n    return z / 2 + k  # a < b\n```\n\n</details>" in card
    assert "[Accuracy](#metrics.accuracy)" in card
    for line in re.findall(r"^</?(?:details|section).*$", card, flags=re.M):
        assert f"\n\n{line}" in card and f"{line}\n\n" in card + "\n\n", "HTML needs blank lines round it"


def test_the_card_carries_what_a_script_needs():
    card = GUESS._repr_mimebundle_()["text/html"]
    data = json.loads(re.search(r'<script type="application/json" class="exercise-data">(.*?)</script>', card)[1])
    assert data["routes"] == [
        {"value": 0.5, "tolerance": 0.02, "message": "<p>Only one half.</p>"},
        {"value": 4.0, "tolerance": 0.16, "message": "<p>Turn it over.</p>"},
    ]
    assert (data["kind"], data["answer"], data["tolerance"], data["stub"]) == ("predict", 0.25, 0.01, "answer = ...\n")


def test_little_markdown():
    text = "A *b* **c** `x_*y*` [d](#e) $a_1 * b * c$ < 3\n\n1. one\n2. two\n\n```python\na < b\n```"
    html = to_html(text)
    assert html.startswith(
        "<p>A <em>b</em> <strong>c</strong> <code>x_*y*</code> "
        '<a href="#e">d</a> $a_1 * b * c$ &lt; 3</p>\n<ol><li>one</li><li>two</li></ol>\n<div class="highlight"><pre>'
    )
    assert "&lt;" in html.split("<pre>")[1] and html.endswith("</pre></div>")


def test_a_table_is_drawn_where_nobody_renders_it():
    assert to_html("| | p | **q** |\n|:--|--:|:-:|\n| a \\| b | $x_1$ | < |\n\nBelow.") == (
        '<div class="pst-scrollable-table-container"><table class="table">'
        '<thead><tr><th class="text-left"></th><th class="text-right">p</th>'
        '<th class="text-center"><strong>q</strong></th></tr></thead>'
        '<tbody><tr><td class="text-left">a | b</td><td class="text-right">$x_1$</td>'
        '<td class="text-center">&lt;</td></tr></tbody></table></div>\n<p>Below.</p>'
    )


# ─── Progress ───────────────────────────────────────────────────────────────────────────────────────────────


def test_progress_is_kept_and_right_stays_right(progress_file):
    result_of(HALVES, returns_constant(1))
    result_of(HALVES, HALVES.function(HALVES.solution))
    result_of(HALVES, returns_constant(2))
    kept = json.loads(progress_file.read_text())
    assert kept["version"] == 1
    assert kept["exercises"]["metrics.halves"]["right"] is True
    assert kept["exercises"]["metrics.halves"]["tries"] == 2
    assert [p.name for p in progress_file.parent.iterdir()] == ["progress.json"], "no temporary file is left"


@pytest.mark.parametrize(
    "broken", ["{", "[]", '{"exercises": {"a": 3}}', '{"exercises": {"a": {"tries": "x"}}}', "\x00"]
)
def test_a_broken_file_is_put_aside_and_not_lost(progress_file, broken):
    progress_file.parent.mkdir()
    for name in ("progress.json.bak", "progress.json.bak2"):
        progress_file.write_text(broken)
        assert result_of(GUESS, 0.25)
        assert progress_file.with_name(name).read_text() == broken
    assert json.loads(progress_file.read_text())["exercises"]["metrics.guess"]["right"]


def test_a_failed_write_keeps_the_old_file_and_is_said(progress_file, monkeypatch):
    result_of(GUESS, 0.5)
    before = progress_file.read_text()

    def full(*args):
        raise OSError("disk full")

    monkeypatch.setattr(os, "replace", full)
    result = result_of(GUESS, 0.25)
    assert result and result.notes == ("Your progress could not be kept: disk full.",)
    assert progress_file.read_text() == before
    assert [p.name for p in progress_file.parent.iterdir()] == ["progress.json"]


def test_import_merges(progress_file, tmp_path):
    result_of(GUESS, 0.25)
    other = tmp_path / "other.json"
    theirs = {"metrics.guess": {"tries": 4, "right": False}, "metrics.lazy_doctor": {"tries": 1, "right": True}}
    other.write_text(json.dumps({"version": 1, "exercises": theirs}))
    summary = exercises.import_progress(other)
    assert progress.entry("metrics.guess")["right"] and progress.entry("metrics.guess")["tries"] == 4
    assert progress.entry("metrics.lazy_doctor")["right"]
    assert re.search(r"01 Evaluation metrics +1 of +\d+", repr(summary))
    assert "<progress" in summary._repr_html_()
    before = progress_file.read_text()
    other.write_text("nonsense")
    with pytest.raises(ValueError):
        exercises.import_progress(other)
    assert progress_file.read_text() == before


def test_a_missed_exercise_is_listed_and_comes_back_another_day(monkeypatch):
    fastest = exercises.find("gradient_descent.fastest_safe")
    monkeypatch.setattr(repeat, "today", lambda: "2026-12-31")
    result_of(fastest, 0.123)
    assert "Nothing to repeat today." in repr(exercises.progress())
    monkeypatch.setattr(repeat, "today", lambda: "2027-01-01")
    assert exercises.progress().to_repeat() == [fastest]
    assert f"To repeat today: {fastest.title} ({fastest.id})." in repr(exercises.progress())
    assert "To repeat today: " in exercises.progress()._repr_html_()
    result_of(fastest, fastest.value)
    assert progress.entry(fastest.id)["repeat"] == {"box": 1, "on": "2027-01-01"}
    assert exercises.progress().to_repeat() == []


CASES = Path(__file__).parents[1]
REPEATS = json.loads((CASES / "repeat.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", REPEATS, ids=lambda case: case["why"])
def test_a_missed_exercise_comes_back_by_one_rule(case):
    """The page's `repeat.js` is held to the same cases, by `tests/node/live.test.mjs`."""
    assert repeat.due(case["entry"], case["day"]) is case["due"]
    for right, wanted in ((True, case["right"]), (False, case["wrong"])):
        assert repeat.answered(case["entry"], right, case["day"]).get("repeat") == wanted


MERGES = json.loads((CASES / "progress.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", MERGES, ids=lambda case: case["why"])
def test_progress_merges_by_one_rule(case):
    """The page's `keep.js` is held to the same cases, by `tests/node/live.test.mjs`."""
    assert progress.merged(case["ours"], case["theirs"]) == case["merged"]


def test_another_store_can_take_over():
    class Memory:
        entries = {}

        def load(self):
            return dict(self.entries)

        def save(self, entries):
            self.entries = entries

    memory = Memory()
    progress.use(memory)
    try:
        result_of(GUESS, 0.25)
        assert memory.entries["metrics.guess"]["right"]
    finally:
        progress.use(progress.FileStore())


@pytest.mark.parametrize(
    ("platform", "variables", "expected"),
    [
        ("linux", {}, "home/.local/share/dlbook/progress.json"),
        ("linux", {"XDG_DATA_HOME": "{tmp}/xdg"}, "xdg/dlbook/progress.json"),
        ("darwin", {}, "home/Library/Application Support/dlbook/progress.json"),
        ("win32", {"APPDATA": "{tmp}/roaming"}, "roaming/dlbook/progress.json"),
    ],
)
def test_where_progress_is_kept(platform, variables, expected, tmp_path, monkeypatch):
    for name in ("DLBOOK_PROGRESS", "XDG_DATA_HOME", "APPDATA"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {"HOME": "{tmp}/home", **variables}.items():
        monkeypatch.setenv(name, value.format(tmp=tmp_path))
    monkeypatch.setattr(sys, "platform", platform)
    assert progress.FileStore().path == tmp_path / expected


def test_the_first_check_imports_one_chapter():
    code = (
        "import sys; from dlbook import exercises; exercises.check('layers.one_unit', 0.5); "
        "print([m for m in sys.modules if m.startswith('dlbook.exercises.')])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "['dlbook.exercises.backpropagation']"


# ─── Light ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_exercises_need_only_numpy():
    code = (
        "import sys; from dlbook import exercises; exercises.check('metrics.lazy_doctor', 0.5); "
        "print([m for m in ('torch', 'scipy', 'sklearn', 'matplotlib', 'IPython', 'anywidget') if m in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_the_checker_counts_steps_and_not_seconds():
    outcome = sandbox.run(lambda: sum(i for i in range(1000)), (), budget=500)
    assert isinstance(outcome.error, sandbox.OutOfBudget)
    assert sandbox.run(lambda: sum(range(1000)), (), budget=500).value == 499500
