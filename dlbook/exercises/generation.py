"""What the reader of chapter 24 does: count, smooth, judge, cool, cut, draw, write, and look for what was copied."""

import numpy as np

from dlbook.practise.exercise import Choose, Code, Mistake, Predict, Route
from dlbook.scratch import generation
from dlbook.scratch.activations import softmax


def _next_cases():
    rng = np.random.default_rng(0)
    cases = [(rng.integers(0, V, T), rng.integers(0, V, n), V) for V, T, n in ((3, 40, 1), (2, 60, 3), (4, 50, 2))]
    return [*cases, (np.array([1, 1, 1, 1]), np.array([1, 1]), 2), (np.array([0, 1, 0, 1]), np.array([0, 0]), 2)]


def _next_reference(ids, h, V):
    found = np.zeros(V, int)
    for t in range(len(ids) - len(h)):
        if list(ids[t : t + len(h)]) == list(h):
            found[ids[t + len(h)]] += 1
    return found


def _next(steps="len(ids) - n", test="(ids[t:t + n] == h).all()", add="counts[ids[t + n]] += 1") -> str:
    """What came after h, by these lines."""
    return f"""\
def what_came(ids, h, V):
    n, counts = len(h), np.zeros(V, dtype=int)
    for t in range({steps}):
        if {test}:
            {add}
    return counts
"""


def smoothed() -> float:
    """P(a | r) in banana-like letters: r came 3 times, a after it once, two kinds came after it, P(a) = 0.4."""
    return (1 + 2 * 0.4) / (3 + 2)


JUDGED = (0.5, 0.125, 0.25, 0.0625)  # what four characters had got


def judged() -> float:
    return float(generation.perplexity(np.log(JUDGED)))


def _heat_cases():
    rng = np.random.default_rng(1)
    return [(3 * rng.normal(size=V), T) for V, T in ((4, 0.5), (5, 2.0), (3, 1.0))] + [(np.array([900.0, 0.0]), 0.5)]


def _heat_reference(z, T):
    return softmax(generation.temperature(z, T))


def _heat(scale="(z - z.max()) / T", last="e / e.sum()") -> str:
    """A distribution at a temperature, by these lines."""
    return f"def at_temperature(z, T):\n    e = np.exp({scale})\n    return {last}\n"


def _nucleus_cases():
    rng = np.random.default_rng(2)
    cases = [(rng.dirichlet(np.ones(V)), p) for V, p in ((5, 0.6), (8, 0.9), (4, 0.2))]
    return [*cases, (np.array([0.2, 0.5, 0.3]), 0.6), (np.array([0.05, 0.9, 0.05]), 0.5)]


def _nucleus_reference(probs, p):
    return softmax(generation.top_p(np.log(probs), p))


def _nucleus(
    order="np.argsort(-probs)", kept="np.cumsum(probs[order]) - probs[order] < p", last="cut / cut.sum()"
) -> str:
    """The nucleus of a distribution, by these lines."""
    return f"""\
def nucleus(probs, p):
    order = {order}
    stays = {kept}
    cut = np.zeros_like(probs)
    cut[order[stays]] = probs[order[stays]]
    return {last}
"""


def _draw_cases():
    rng = np.random.default_rng(3)
    cases = [(rng.dirichlet(np.ones(6)), u) for u in rng.random(20)]
    return [*cases, (np.array([0.25, 0.75]), 0.25), (np.array([0.0, 1.0]), 0.0)]


def _draw_reference(p, u):
    return int(np.searchsorted(np.cumsum(p), u, side="right"))


def _draw(last: str) -> str:
    return f"def draw(p, u):\n    return {last}\n"


def _write_cases():
    rng = np.random.default_rng(4)
    return [(rng.dirichlet(np.ones(V), V), start, rng.random(n)) for V, start, n in ((3, 0, 12), (5, 4, 20), (2, 1, 8))]


def _write_reference(P, start, draws):
    step = lambda ids, state: (np.log(P[ids[-1]]), None)
    return generation.generate(step, [start], draws)


def _write(row="P[ids[-1]]", token="(np.cumsum({row}) <= u).sum()", last="np.array(ids)") -> str:
    """A text from a table, by these lines."""
    return f"""\
def write(P, start, draws):
    ids = [start]
    for u in draws:
        ids.append({token.format(row=row)})
    return {last}
"""


def held_back() -> float:
    """e^z of a written token against an unwritten one, both with z = 2, θ = 2."""
    z = generation.repetition_penalty([2.0, 2.0], [0], penalty=2.0)
    return float(np.exp(z[1] - z[0]))


CURVE = (0.5, 0.2, 0.12, 0.08, 0.05, 0.03, 0.02)  # of the figure that is read: the most probable first


def in_the_nucleus() -> float:
    return float(np.isfinite(generation.top_p(np.log(CURVE), 0.85)).sum())


def _copy_cases():
    source = "to be or not to be that is the question"
    return [
        ("or that is to be", source),
        ("questions", source),
        ("xyz", source),
        ("not to bee or not", source),
        ("that that is", source),
    ]


def _copy_reference(text, source):
    return len(generation.longest_copy(text, source))


def _copy(ends="range(i + 1, len(text) + 1)", best="max(best, j - i)", test="text[i:j] in source") -> str:
    """The length of the longest stretch that is copied, by these lines."""
    return f"""\
def longest_copy(text, source):
    best = 0
    for i in range(len(text)):
        for j in {ends}:
            if {test}:
                best = {best}
    return best
"""


EXERCISES = [
    Code(
        id="generation.what_came",
        concepts=("generation.ngram_counts",),
        title="What came after that?",
        level="easy",
        minutes=8,
        task="`ids` (T,) is a text as numbers below `V`, and `h` (n,) holds a few tokens. Write `what_came(ids, h, V)`,"
        " which counts for each token how often it came right after `h`: whole numbers, (V,).",
        stub="def what_came(ids, h, V):\n    ...\n",
        hints=(
            "Go through all places t, and compare the n tokens that begin there with h.",
            "Where they are equal, the token at t + n has come after h.",
            "The last place to look at is the one after which one token is left: `range(len(ids) - n)`.",
        ),
        solution=_next(),
        cases=_next_cases,
        reference=_next_reference,
        mistakes=(
            Mistake(
                "only the last token",
                _next(test="ids[t + n - 1] == h[-1]"),
                "You compare only the last token of h. All of them have to be there.",
            ),
            Mistake(
                "yes or no",
                _next(add="counts[ids[t + n]] = 1"),
                "You note only whether a token came. Count how often.",
            ),
            Mistake(
                "one place short",
                _next(steps="len(ids) - n - 1"),
                "The last place of the text is left out in yours.",
            ),
            Mistake(
                "the context itself",
                _next(add="counts[ids[t + n - 1]] += 1"),
                "You count the last token of h itself, not the one that came after it.",
            ),
        ),
    ),
    Predict(
        id="generation.smoothed",
        concepts=("generation.witten_bell",),
        title="Mix two contexts",
        level="medium",
        minutes=6,
        task="In a text, *r* is followed by another letter three times: twice by *e* and once by *a*. The letter *a*"
        " alone has the probability 0.4. What is P(a | r) with Witten–Bell smoothing?",
        hints=(
            "How often came r, how often a after it, and how many kinds of letters came after it?",
            "c(ra) = 1, c(r) = 3, t(r) = 2, and P(a) = 0.4 is the shorter context.",
        ),
        solution="$P(a \\mid r) = \\frac{1 + 2 \\cdot 0.4}{3 + 2} = \\frac{1.8}{5} = \\mathbf{0.36}$.",
        answer=smoothed,
        tolerance=0.002,
        wrong_routes=(
            Route(1 / 3, "That is the plain count, 1 of 3. The shorter context has a say, too."),
            Route(0.367, "The two count equally in yours. t(r) counts kinds of letters: after r there came two kinds."),
            Route(0.35, "After r there came two kinds of letters, e and a. How large is t(r)?"),
            Route(0.2, "You left out what the shorter context says."),
        ),
    ),
    Predict(
        id="generation.judged",
        concepts=("generation.bits_per_character", "generation.perplexity"),
        title="As unsure as among how many?",
        level="easy",
        minutes=5,
        task="A model gave the four characters that came the probabilities 1/2, 1/8, 1/4 and 1/16. What is its"
        " perplexity? (2^2.25 = 4.757, 2^2.5 = 5.657, 2^2.75 = 6.727, 2^3 = 8.)",
        hints=("How many bits did each of the four cost?", "1, 3, 2 and 4 bits. The perplexity is 2 to their mean."),
        solution="The bits are $1 + 3 + 2 + 4 = 10$, so the mean is 2.5, and $2^{2.5} = \\mathbf{5.657}$.",
        answer=judged,
        tolerance=0.01,
        wrong_routes=(
            Route(2.5, "That is bits per character. The perplexity is 2 to this power."),
            Route(7.5, "You took the mean of 2, 8, 4 and 16. Take the mean of the logarithms."),
            Route(4.267, "You took one over the mean of the probabilities. Take the mean of the logarithms."),
            Route(1024, "That is one over the probability of all four together. Take its fourth root."),
        ),
    ),
    Choose(
        id="generation.same_tokens",
        concepts=("generation.perplexity", "generation.bits_per_character"),
        title="Which model is better?",
        level="medium",
        minutes=5,
        task="On one text, model A reads characters and has a perplexity of 4 per character. Model B reads words and"
        " has a perplexity of 512 per word. With the space behind it, a word of the text has 6 characters on average."
        " Which model gives the text the higher probability?",
        options={
            "a": "A, for 4 is less than 512",
            "b": "B, for it needs fewer bits per character",
            "c": "Both give it the same",
            "d": "That cannot be told, since the tokens differ",
        },
        answer="b",
        wrong={
            "a": "The two perplexities are per different tokens. Turn both into bits per character first.",
            "c": "Turn both into bits per character: log₂ 4 for A, and log₂ 512 shared among 6 characters for B.",
            "d": "The perplexities do not compare, but the probability of the whole text does. Use bits per character.",
        },
        hints=("How many bits does a token cost in each model?", "2 bits a character, and 9 bits a word."),
        solution="A needs $\\log_2 4 = 2$ bits a character. B needs $\\log_2 512 = 9$ bits a word, which makes"
        " $9/6 = 1.5$ bits a character. So B gives the text the higher probability: **b**.",
    ),
    Choose(
        id="generation.how_many_targets",
        concepts=("language_model.character_model",),
        title="How many answers does a window teach?",
        level="easy",
        minutes=4,
        task="A text of a million characters is cut into windows of 50 that do not overlap. How many targets does one"
        " pass over the text have, with a target at every step, and with one at the last step alone?",
        options={
            "a": "A million, and 20,000",
            "b": "A million both times",
            "c": "20,000 both times",
            "d": "50 million, and a million",
        },
        answer="a",
        wrong={
            "b": "A window has one last step. How many windows are there?",
            "c": "With a target at every step, each character of the window is one.",
            "d": "Without overlap each character stands in one window, so it is a target at most once.",
        },
        hints=("How many windows are there?", "A million divided by 50."),
        solution="There are 20,000 windows. With a target at every step each has 50, together a million; with one at"
        " the last step there are 20,000: **a**. The work is nearly the same.",
    ),
    Code(
        id="generation.draw",
        concepts=("generation.sample",),
        title="Draw with one number",
        level="easy",
        minutes=7,
        task="Write `draw(p, u)` for probabilities `p` (V,) and a uniform number `u` from 0 to below 1. It returns the"
        " first k for which the probabilities up to and with k add up to more than u.",
        stub="def draw(p, u):\n    ...\n",
        hints=(
            "`np.cumsum(p)` holds the sums up to and with each token.",
            "Which sums has u reached or passed? As many tokens lie before the one that is drawn.",
            "Compare the sums with u and count with `.sum()`.",
        ),
        solution=_draw("(np.cumsum(p) <= u).sum()"),
        cases=_draw_cases,
        reference=_draw_reference,
        mistakes=(
            Mistake(
                "the likeliest",
                _draw("p.argmax()"),
                "You always take the likeliest. The draw u has to decide.",
            ),
            Mistake(
                "one too far",
                _draw("(np.cumsum(p) <= u).sum() + 1"),
                "Yours is one token too far. If no sum has been reached, the token is 0.",
            ),
            Mistake(
                "at the border",
                _draw("(np.cumsum(p) < u).sum()"),
                "Where u is exactly a sum, that token's share is over: the sum has to be *more* than u.",
            ),
            Mistake(
                "not added up",
                _draw("(p <= u).sum()"),
                "You compare u with each probability by itself. Add them up on the way.",
            ),
        ),
    ),
    Code(
        id="generation.at_temperature",
        concepts=("generation.temperature",),
        title="Warm up, cool down",
        level="easy",
        minutes=6,
        task="Write `at_temperature(z, T)`: the probabilities (V,) that logits `z` give at temperature `T`. Large"
        " logits such as 900 must do no harm.",
        stub="def at_temperature(z, T):\n    ...\n",
        hints=(
            "Divide the logits by T, then take the softmax.",
            "A softmax does not change when all logits lose the same number.",
            "Subtract the largest logit before the exponential.",
        ),
        solution=_heat(),
        cases=_heat_cases,
        reference=_heat_reference,
        mistakes=(
            Mistake(
                "times T",
                _heat(scale="(z - z.max()) * T"),
                "You multiply by T, so that a high temperature sharpens. It has to flatten.",
            ),
            Mistake(
                "no temperature",
                _heat(scale="z - z.max()"),
                "T does nothing in yours.",
            ),
            Mistake(
                "after the softmax",
                _heat(scale="z - z.max()", last="e / e.sum() / T"),
                "You divide the probabilities by T, and they no longer add up to 1. Divide the logits.",
            ),
            Mistake(
                "too large",
                _heat(scale="z / T"),
                "For a logit of 900 the exponential is infinite. Subtract the largest first.",
            ),
        ),
    ),
    Code(
        id="generation.nucleus",
        concepts=("generation.top_p",),
        title="Keep the nucleus",
        level="hard",
        minutes=12,
        task="Write `nucleus(probs, p)`. From the most probable on, a token stays as long as those before it have less"
        " than the share `p` together. What is left is made a distribution again, in the old order, (V,).",
        stub="def nucleus(probs, p):\n    ...\n",
        hints=(
            "Sort by probability first: `np.argsort` of the negative probabilities gives the order.",
            "What those before a token have together is the cumulative sum without the token itself.",
            "Put what stays into an array of zeros at the places `order[stays]`, and divide by its sum.",
        ),
        solution=_nucleus(),
        cases=_nucleus_cases,
        reference=_nucleus_reference,
        mistakes=(
            Mistake(
                "one too few",
                _nucleus(kept="np.cumsum(probs[order]) < p"),
                "The token that reaches the share belongs to the nucleus. Look at what those *before* it have.",
            ),
            Mistake(
                "no sum of 1",
                _nucleus(last="cut"),
                "What is left does not add up to 1: divide by its sum.",
            ),
            Mistake(
                "the least first",
                _nucleus(order="np.argsort(probs)"),
                "You begin with the least probable token.",
            ),
            Mistake(
                "not sorted",
                _nucleus(order="np.arange(len(probs))"),
                "You take the tokens in the order of the vocabulary. Sort them by probability.",
            ),
        ),
    ),
    Predict(
        id="generation.read_the_nucleus",
        concepts=("generation.top_k", "generation.top_p"),
        figure="generation.read_the_nucleus",
        title="How many stay?",
        level="easy",
        minutes=5,
        task="The figure above shows the seven most probable tokens. How many of them stay with top-p 0.85?",
        hints=(
            "Add up from the left. A token stays if those before it have less than 0.85.",
            "0.50, 0.70, 0.82, 0.90. Which of these is the first to reach 0.85?",
        ),
        solution="Before the fourth token there is $0.50 + 0.20 + 0.12 = 0.82 < 0.85$, so it stays. Before the fifth"
        " there is 0.90, so it goes. So **4** stay, as with top-k 4.",
        answer=in_the_nucleus,
        tolerance=0.01,
        wrong_routes=(
            Route(3, "With three you have 0.82. The nucleus has to reach the share."),
            Route(5, "Before the fifth token there is 0.90 already."),
            Route(1, "You kept those with at least 0.5. p is the share of all together."),
        ),
    ),
    Code(
        id="generation.write",
        concepts=("generation.generate", "generation.sample"),
        title="Write a text",
        level="medium",
        minutes=10,
        task="`P` (V, V) says in row i how probable each token is after token i. Write `write(P, start, draws)`. It"
        " begins with the token `start`, and for each number of `draws` it draws the next token: the first k whose"
        " probabilities up to and with k add up to more than the number. Return all tokens, (1 + n,).",
        stub="def write(P, start, draws):\n    ...\n",
        hints=(
            "Keep a list that begins with `start`, and append one token for each draw.",
            "The row to draw from is that of the newest token: `P[ids[-1]]`.",
            "`(np.cumsum(row) <= u).sum()` draws.",
        ),
        solution=_write(),
        cases=_write_cases,
        reference=_write_reference,
        mistakes=(
            Mistake(
                "never reads on",
                _write(row="P[start]"),
                "You draw every token after `start`. Read what you have written: the newest token says which row.",
            ),
            Mistake(
                "the likeliest",
                _write(token="{row}.argmax()"),
                "You always take the likeliest token, and the draws do nothing.",
            ),
            Mistake(
                "the column",
                _write(row="P[:, ids[-1]]"),
                "You draw from a column. What comes *after* token i stands in row i.",
            ),
            Mistake(
                "without the start",
                _write(last="np.array(ids[1:])"),
                "The token `start` belongs to the text, too.",
            ),
        ),
    ),
    Predict(
        id="generation.held_back",
        concepts=("generation.repetition_penalty",),
        title="Say it again?",
        level="easy",
        minutes=5,
        task="Two tokens have the logit 2. One of them has been written already, and the penalty is θ = 2. How many"
        " times as probable is the other one now? (e^0.5 = 1.65, e¹ = 2.72, e² = 7.39.)",
        hints=("Which logit does the written token have after the penalty?", "2/2 = 1. A ratio is e to a difference."),
        solution="The written token now has $2/2 = 1$, so the other is $e^{2 - 1} = \\mathbf{2.72}$ times as probable.",
        answer=held_back,
        tolerance=0.01,
        wrong_routes=(
            Route(2, "That is the ratio of the logits. Probabilities go with e to the logit."),
            Route(7.389, "That is e². What is the difference of the two logits?"),
            Route(1, "The penalty has changed one of the two."),
        ),
    ),
    Code(
        id="generation.longest_copy",
        concepts=("generation.generate",),
        title="Copied or new?",
        level="medium",
        minutes=10,
        task="Write `longest_copy(text, source)`: how many characters has the longest stretch of `text` that stands in"
        " `source`, letter for letter? Both are strings, the answer is a whole number.",
        stub="def longest_copy(text, source):\n    ...\n",
        hints=(
            "A stretch begins at some i and ends before some j. Try all of them.",
            "`text[i:j] in source` says whether it stands there.",
            "Keep the largest j − i for which it does, and 0 if there is none.",
        ),
        solution=_copy(),
        cases=_copy_cases,
        reference=_copy_reference,
        mistakes=(
            Mistake(
                "one short",
                _copy(ends="range(i + 1, len(text))"),
                "A stretch may end where the text ends: j goes up to `len(text)`.",
            ),
            Mistake(
                "from the beginning",
                _copy(test="text[:j] in source"),
                "Yours looks only at stretches that begin where the text begins.",
            ),
            Mistake(
                "the last one",
                _copy(best="j - i"),
                "You keep the last stretch that was found. Keep the longest.",
            ),
            Mistake(
                "letters, not stretches",
                _copy(test="all(c in source for c in text[i:j])"),
                "It is not enough that each letter occurs in the source. They must stand there side by side.",
            ),
        ),
    ),
]
