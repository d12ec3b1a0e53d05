"""Every exercise: its solution passes, its stub does not, and each of its mistakes gets its own message."""

import itertools
import re

import numpy as np
import pytest

import dlbook
from dlbook import concepts, exercises
from dlbook.practise import checker, progress
from dlbook.practise.compare import alike, difference
from dlbook.practise.exercise import LEVELS, Choose, Code, Predict

EVERY = exercises.all_exercises()
CODE = [e for e in EVERY if isinstance(e, Code)]
PREDICT = [e for e in EVERY if isinstance(e, Predict)]
CHOOSE = [e for e in EVERY if isinstance(e, Choose)]
MISTAKES = [(e, mistake) for e in CODE for mistake in e.mistakes]


@pytest.fixture(autouse=True)
def progress_in_a_temporary_file(tmp_path, monkeypatch):
    monkeypatch.setenv("DLBOOK_PROGRESS", str(tmp_path / "progress.json"))


def ids(values):
    return [f"{v[0].id}: {v[1].name}" if isinstance(v, tuple) else v.id for v in values]


# ─── Whole chapters ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("chapter", [c for c in concepts.chapters() if c.done], ids=lambda c: c.slug)
def test_the_exercises_of_a_chapter_name_all_of_its_concepts(chapter):
    named = {name for e in exercises.of_chapter(chapter.slug) for name in e.concepts}
    owed = {c.id for c in chapter.concepts}
    assert owed <= named, f"no exercise of {chapter.slug} names {sorted(owed - named)}"
    assert named <= {c.id for c in concepts.concepts()}


@pytest.mark.parametrize("chapter", [c for c in concepts.chapters() if c.done], ids=lambda c: c.slug)
def test_a_chapter_has_exercises_of_three_kinds(chapter):
    found = exercises.of_chapter(chapter.slug)
    assert len(found) >= 4
    assert any(isinstance(e, Code) for e in found)
    assert any(isinstance(e, Predict) and not e.figure for e in found)
    assert any(e.figure for e in found), "none of them reads a plot"


def test_ids_are_unique_and_find_their_exercise():
    assert len({e.id for e in EVERY}) == len({e.anchor for e in EVERY}) == len(EVERY)
    assert all(exercises.find(e.id) is e and exercises.exercise(e.id) is e for e in EVERY)
    assert all(re.fullmatch(r"[a-z_]+\.[a-z_]+", e.id) for e in EVERY)


@pytest.mark.parametrize("chapter", [c for c in concepts.chapters() if c.done], ids=lambda c: c.slug)
def test_an_exercise_is_sought_in_its_own_chapter_first(chapter):
    for e in exercises.of_chapter(chapter.slug):
        assert exercises.likely(e.id)[0] == chapter.slug, e.id


@pytest.mark.parametrize("e", [e for e in EVERY if e.figure], ids=lambda e: e.id)
def test_a_plot_to_read_is_drawn_and_told_in_words(e):
    slug, name = e.figure.split(".")
    assert e in exercises.of_chapter(slug)
    figure = getattr(getattr(dlbook.figures, slug), name)()
    assert "<svg" in figure._repr_html_()
    assert re.search(r"\d", figure.alt), "who cannot see it reads the same numbers"


# ─── Every exercise ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("e", EVERY, ids=ids(EVERY))
def test_the_card_is_complete(e):
    assert e.level in LEVELS and 0 < e.minutes <= 30 and e.title and e.task and e.solution
    assert e.hints and all(hint.strip() for hint in e.hints)
    assert not isinstance(e, Code) or len(e.hints) == 3
    spoken = [*e.hints, *(m.message for m in getattr(e, "mistakes", ())), *getattr(e, "wrong", {}).values()]
    spoken += [route.message for route in getattr(e, "wrong_routes", ())]
    for text in spoken:
        assert "$" not in text, f"feedback is shown where nobody renders formulas: {text}"
        assert text.strip().endswith((".", "?", "…")) or text.endswith(".)"), text


@pytest.mark.parametrize("e", EVERY, ids=ids(EVERY))
def test_as_text_it_gives_nothing_away(e):
    assert repr(e) == f"{e.title} ({e.level}, {e.minutes} min)\n\n{e.task}"


@pytest.mark.parametrize("e", EVERY, ids=ids(EVERY))
def test_an_untouched_exercise_is_not_yet_tried_and_leaves_no_trace(e):
    answer = e.function(e.stub) if isinstance(e, Code) else ...
    for nothing in (answer, None, ...):
        result = exercises.check(e.id, nothing)
        assert result.verdict == checker.NOT_YET and not result and not result.hint
    assert not progress.FileStore().path.exists()


@pytest.mark.parametrize("e", CODE, ids=ids(CODE))
def test_the_solution_passes_without_remark(e):
    result = exercises.check(e.id, e.function(e.solution))
    assert result.verdict == checker.RIGHT, result
    assert not result.notes
    assert progress.entry(e.id)["right"]


@pytest.mark.parametrize(("k", "words"), [(2, "twice"), (0.5, "half"), (-1, "opposite sign"), (100, "100 times")])
@pytest.mark.parametrize("e", CODE, ids=ids(CODE))
def test_a_wrong_factor_is_named(e, k, words):
    """By a rule that holds for all exercises, where the exercise has no words of its own for it."""
    solution = e.function(e.solution)

    def scaled(*args):
        value = solution(*args)
        return tuple(k * np.asarray(part) for part in value) if isinstance(value, tuple) else k * np.asarray(value)

    message = exercises.check(e.id, scaled).message
    assert words in message or message in [mistake.message for mistake in e.mistakes]


@pytest.mark.parametrize(("e", "mistake"), MISTAKES, ids=ids(MISTAKES))
def test_a_mistake_gets_its_own_message(e, mistake):
    result = exercises.check(e.id, e.function(mistake.code))
    assert result.verdict == checker.WRONG, result
    assert result.message == mistake.message
    assert result.case and (result.hint_number, result.hint) == (1, e.hints[0])


@pytest.mark.parametrize("e", CODE, ids=ids(CODE))
def test_the_cases_tell_all_mistakes_apart(e):
    assert len(e.mistakes) >= 3 and len({m.message for m in e.mistakes}) == len(e.mistakes)
    assert len(e.cases()) >= 3
    assert not any(outcome.error for outcome in e.expected())
    everything = [("the reference", e.expected()), *zip([m.name for m in e.mistakes], e.mistaken(), strict=True)]
    for (a, ours), (b, theirs) in itertools.combinations(everything, 2):
        same = all(alike(x, y, e.rtol, e.atol) for x, y in zip(ours, theirs, strict=True))
        assert not same, f"{a} and {b} do the same in all cases"


@pytest.mark.parametrize("e", CODE, ids=ids(CODE))
def test_numbers_come_as_arrays_unless_the_task_speaks_of_a_list(e):
    """A hint such as `y_pred[y_true == 0]` must work as it is printed; only a shape is a tuple, as in NumPy."""
    for args in e.cases():
        for name, value in zip(e.parameters, args, strict=True):
            listed = isinstance(value, list) and not re.search(r"\blists?\b", e.task)
            assert not listed, f"`{name}` is {value!r}: make it an array, or say in the task that it is a list"
            assert not isinstance(value, tuple) or name == "shape", f"`{name}` is {value!r}: make it an array"


@pytest.mark.parametrize("e", CODE, ids=ids(CODE))
def test_the_expected_values_vary(e):
    first, *others = [outcome.value for outcome in e.expected()]
    assert any(difference(other, first, e.rtol, e.atol) for other in others), "a constant would pass"


@pytest.mark.parametrize("e", CODE, ids=ids(CODE))
def test_no_hint_gives_the_solution_away(e):
    body = [line.strip() for line in e.solution.splitlines()[1:] if not line.strip().startswith(("for ", "y_true, y"))]
    squeezed = [re.sub(r"\s|#.*$", "", line.removeprefix("return ")) for line in body]
    for hint in e.hints:
        for line in squeezed:
            assert len(line) < 8 or line not in re.sub(r"\s|`", "", hint), f"{hint!r} contains {line!r}"
    assert len(set(e.hints)) == 3


@pytest.mark.parametrize("e", PREDICT, ids=ids(PREDICT))
def test_a_prediction_knows_its_number_and_its_wrong_routes(e):
    assert exercises.check(e.id, e.value).verdict == checker.RIGHT
    assert exercises.check(e.id, e.value + 0.9 * e.tolerance).verdict == checker.RIGHT
    assert exercises.check(e.id, e.value + 1.1 * e.tolerance).verdict == checker.WRONG
    assert len(e.wrong_routes) >= 2
    for route in e.wrong_routes:
        result = exercises.check(e.id, route.number)
        assert (result.verdict, result.message) == (checker.WRONG, route.message)
    reach = sorted((r.number - e.route_tolerance(r), r.number + e.route_tolerance(r)) for r in e.wrong_routes)
    reach = sorted([*reach, (e.value - e.tolerance, e.value + e.tolerance)])
    for (_, before), (after, _) in itertools.pairwise(reach):
        assert before < after, "two routes lead to the same number"


@pytest.mark.parametrize(
    ("id", "number"),
    [
        ("bayes.positive_means", 0.02),  # a route leads to 0.018
        ("metrics.rare_disease", 0.01),
        ("theory.neighbourhood", 0.04),
        ("theory.read_width", 55),
        ("vanishing_gradients.read_variance", 0.02),
        ("imbalance.read_cost", 0.5),
    ],
)
def test_a_number_beside_a_route_does_not_get_its_message(id, number):
    e = exercises.find(id)
    assert min(abs(number - route.number) for route in e.wrong_routes) < e.tolerance
    assert re.fullmatch(r"[\d.]+ is too small\.", exercises.check(id, number).message)


def test_two_means_that_start_alike_are_two_arrays():
    """A step that changes m and v in place is told so, and not that its numbers are wrong."""
    e = exercises.find("optimizers.adamw_step")
    step = """\
def adamw(theta, grad, m, v, t, lr, beta1, beta2, eps, weight_decay):
    m *= beta1
    m += (1 - beta1) * grad
    v *= beta2
    v += (1 - beta2) * grad**2
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    return (1 - lr * weight_decay) * theta - lr * m_hat / (np.sqrt(v_hat) + eps), m, v
"""
    told = "The numbers are right, but your function changes `m` and `v` in place: work on a copy."
    assert exercises.check(e.id, e.function(step)).message == told
    alone = step.replace(", m, v\n", "\n")
    assert exercises.check(e.id, e.function(alone)).message == "Return 3 parts, (theta, m, v): yours is `theta` alone."


BOLD = re.compile(r"(?:\*\*|\\mathbf\{)(-?[\d.,]+)(?:°?\*\*|\})")


@pytest.mark.parametrize("e", PREDICT, ids=ids(PREDICT))
def test_a_worked_solution_ends_in_the_number_that_is_right(e):
    """The text reaches its number by hand, in bold; the exercise computes its own: the one checks the other."""
    stated = BOLD.findall(e.solution)
    assert stated, f"no number stands in bold in {e.solution}"
    assert exercises.check(e.id, float(stated[-1].replace(",", ""))).verdict == checker.RIGHT


@pytest.mark.parametrize("e", PREDICT, ids=ids(PREDICT))
def test_no_hint_says_the_number(e):
    for hint in e.hints:
        for text in re.findall(r"(?<![\w.])\d+(?:\.\d+)?(?![\w.]*\d)", hint):
            assert abs(float(text) - e.value) > e.tolerance, f"{hint!r} says {text}"


@pytest.mark.parametrize("e", CHOOSE, ids=ids(CHOOSE))
def test_a_choice_has_a_reason_for_every_wrong_option(e):
    assert set(e.wrong) == set(e.options) - {e.answer}
    assert exercises.check(e.id, f" {e.answer.upper()} ").verdict == checker.RIGHT
    for key, message in e.wrong.items():
        result = exercises.check(e.id, key)
        assert (result.verdict, result.message) == (checker.WRONG, message)
    assert exercises.check(e.id, "z").verdict == exercises.check(e.id, 3).verdict == checker.ERROR
