"""What the reader of chapter 25 does: weigh, mix, mask, go back, search; read a map, and say what it does not show."""

import numpy as np

from dlbook.figures.attention import MAP
from dlbook.practise.exercise import Choose, Code, Mistake, Predict, Route
from dlbook.scratch import activations, attention, generation

# ─── The attention ───────────────────────────────────────────────────────────────────────────────────────────────────


def _attend_cases():
    rng = np.random.default_rng(0)
    shapes = ((1, 3, 2, 2), (2, 4, 3, 5), (3, 3, 3, 3))
    return [tuple(rng.normal(size=s) for s in ((T, d), (S, d), (S, V))) for T, S, d, V in shapes]


def _attend_reference(query, key, value):
    return attention.scaled_dot_product(query, key, value)[0]


def _attend(scores="query @ key.T / np.sqrt(key.shape[1])", axis="axis=1, keepdims=True", out="p @ value") -> str:
    """An attention with these parts."""
    return (
        "def attend(query, key, value):\n"
        f"    z = {scores}\n"
        f"    p = np.exp(z) / np.exp(z).sum({axis})\n"
        f"    return {out}\n"
    )


def _additive_cases():
    rng = np.random.default_rng(1)
    shapes = ((3, 2, 4, 5), (4, 3, 3, 2), (2, 1, 2, 3))
    return [tuple(rng.normal(size=s) for s in ((q,), (S, k), (A, q), (A, k), (A,))) for S, q, k, A in shapes]


def _additive_reference(q, key, W_q, W_k, w_v):
    return attention.additive(q[None], key, key, W_q, W_k, w_v)[1][0]


def _additive(inner="np.tanh(W_q @ q + key @ W_k.T)", z="inner @ w_v") -> str:
    """The weights of an additive attention with these lines."""
    return (
        "def additive_weights(q, key, W_q, W_k, w_v):\n"
        f"    inner = {inner}\n"
        f"    z = {z}\n"
        "    return np.exp(z) / np.exp(z).sum()\n"
    )


def _masked_cases():
    rng = np.random.default_rng(2)
    return [
        (3 * rng.normal(size=shape), np.array(lengths))
        for shape, lengths in (((2, 3, 4), [4, 2]), ((3, 1, 5), [5, 1, 3]), ((1, 2, 3), [2]))
    ]


def _masked_reference(z, lengths):
    may = np.arange(z.shape[-1]) < lengths[:, None, None]
    return activations.softmax(np.where(may, z, -np.inf))


MASK_HEAD = "def masked_softmax(z, lengths):\n    may = np.arange(z.shape[2])[None, None, :] < lengths[:, None, None]\n"
SHARES = "    p = np.exp(z) / np.exp(z).sum(axis=2, keepdims=True)\n"

# ─── The way back, and the search ────────────────────────────────────────────────────────────────────────────────────


def _back_cases():
    rng = np.random.default_rng(3)
    return [
        (activations.softmax(rng.normal(size=S)), rng.normal(size=(S, V)), rng.normal(size=V))
        for S, V in ((3, 2), (5, 4), (2, 3))
    ]


def _back_reference(p, value, u):
    return activations.softmax_backward(value @ u, np.log(p))


def _beam_cases():
    rng = np.random.default_rng(4)
    found = []
    for B, t, V, width in ((1, 1, 4, 2), (2, 3, 5, 3), (3, 2, 4, 3)):
        log_prob = activations.log_softmax(rng.normal(size=(B, V)) * 2)
        found.append((rng.integers(V, size=(B, t)), np.sort(rng.normal(size=B) - 3)[::-1], log_prob, width))
    return found


def _beam_reference(beams, totals, log_prob, width):
    return generation.beams.best_continuations_core(beams, totals, log_prob, width)


def _beam(candidates="totals[:, None] + log_prob", order="-candidates", rows="best // V", ids="best % V") -> str:
    """One step of a beam with these parts."""
    return (
        "def widen(beams, totals, log_prob, width):\n"
        "    V = log_prob.shape[1]\n"
        f"    candidates = {candidates}\n"
        f"    best = np.argsort({order}, axis=None)[:width]\n"
        f"    rows, ids = {rows}, {ids}\n"
        "    return np.column_stack([beams[rows], ids]), candidates[rows, ids]\n"
    )


def _share_cases():
    rng = np.random.default_rng(5)
    found = []
    for T, S in ((3, 3), (5, 4), (6, 7)):
        weights = activations.softmax(2 * rng.normal(size=(T, S)))
        truth = np.where(rng.random(T) < 0.3, -1, rng.integers(S, size=T))
        truth[0] = weights[0].argmax()
        found.append((weights, truth))
    return found


def _share_reference(weights, truth):
    known = truth >= 0
    return float((weights.argmax(axis=1) == truth)[known].mean())


# ─── Numbers by hand ─────────────────────────────────────────────────────────────────────────────────────────────────

Q, KEYS, VALUES = np.array([1.0, 0.0]), np.array([[2.0, 1.0], [0.0, 3.0], [1.0, 0.0]]), np.array([3.0, 9.0, 6.0])


def context() -> float:
    """What a query takes of three values."""
    return float(activations.softmax(KEYS @ Q) @ VALUES)


def deviation(d=256, size=0.5) -> float:
    """The standard deviation of q · k for numbers of this standard deviation each."""
    return float(np.sqrt(d) * size * size)


A, B = {"length": 3, "log": np.log(0.2)}, {"length": 5, "log": np.log(0.1)}


def penalised() -> float:
    """The better of the two mean logarithms."""
    return max(text["log"] / text["length"] for text in (A, B))


EXERCISES = [
    Predict(
        id="attention.mix",
        concepts=("attention.dot_product",),
        title="A query and three words",
        level="easy",
        minutes=6,
        task="A query $q = (1, 0)$ meets the keys $(2, 1)$, $(0, 3)$ and $(1, 0)$. The values are the single numbers 3,"
        " 9 and 6. Compute dot-product attention, not scaled. What is the context?",
        hints=(
            "First the three scores, each a dot product of q with a key.",
            "The scores are 2, 0 and 1. Softmax makes shares of them, and e² = 7.389, e¹ = 2.718, e⁰ = 1.",
            "The weights are 0.665, 0.090 and 0.245, in the order of the words. Mix the values with them.",
        ),
        solution="The scores are $2, 0, 1$, and the weights $0.665,\\ 0.090,\\ 0.245$. The context is $0.665 \\cdot 3 +"
        " 0.090 \\cdot 9 + 0.245 \\cdot 6 = \\mathbf{4.27}$.",
        answer=context,
        tolerance=0.03,
        wrong_routes=(
            Route(6.0, "That is the plain mean of the values. The weights are not equal."),
            Route(3.0, "That is the value of the best word alone. Softmax leaves the others a share."),
            Route(float(KEYS @ Q @ VALUES), "You weighed with the scores themselves. Softmax comes first."),
            Route(float(KEYS @ Q @ VALUES / 3), "You divided the scores by their sum. First come exponentials."),
            Route(float(activations.softmax(KEYS @ Q / np.sqrt(2)) @ VALUES), "You divided the scores by √2. This"
                  " attention is not scaled."),
        ),
    ),
    Code(
        id="attention.attend",
        concepts=("attention.scaled_dot_product", "attention.dot_product"),
        title="Write the attention",
        level="medium",
        minutes=12,
        task="Write `attend(query, key, value)`, scaled dot-product attention for T queries and S keys: query (T,"
        " d), key (S, d), value (S, V), and the contexts (T, V) come back. The numbers that it has to reach are"
        " those of `torch.nn.functional.scaled_dot_product_attention`, to which the book's function is held.",
        stub="def attend(query, key, value):\n    ...\n",
        hints=(
            "All scores at once are one product, of shape (T, S): a row for each query.",
            "Divide the scores by √d, where d is the number of features of a key.",
            "Each query shares out its own weights, so that every **row** sums to one. Then one more product.",
        ),
        solution=_attend(),
        cases=_attend_cases,
        reference=_attend_reference,
        mistakes=(
            Mistake("not scaled", _attend(scores="query @ key.T"), "Your scores are right but for the factor 1/√d."),
            Mistake(
                "divided by d",
                _attend(scores="query @ key.T / key.shape[1]"),
                "You divided by d. The spread of a product grows with the root of d.",
            ),
            Mistake(
                "softmax over the queries",
                _attend(axis="axis=0, keepdims=True"),
                "Your columns sum to one: the queries share out each key. Each query has to share out its weights over"
                " the keys, along the last axis.",
            ),
            Mistake(
                "softmax over everything",
                _attend(axis=""),
                "Your weights sum to one over the whole matrix. Each row has to sum to one.",
            ),
        ),
    ),
    Code(
        id="attention.bahdanau",
        concepts=("attention.additive",),
        title="The additive score",
        level="medium",
        minutes=10,
        task="Write `additive_weights(q, key, W_q, W_k, w_v)`: the weights (S,) that one query q of shape (Dq,)"
        " gives to S keys of shape (S, Dk), with $z_s = w_v^\\top \\tanh(W_q\\, q + W_k\\, k_s)$. Shapes: W_q (A,"
        " Dq), W_k (A, Dk), w_v (A,).",
        stub="def additive_weights(q, key, W_q, W_k, w_v):\n    ...\n",
        hints=(
            "The query gives one list of A numbers, and each key gives one. Their sum has the shape (S, A).",
            "Keys are rows, so that they meet W_k transposed. NumPy adds the query's list to every row.",
            "tanh of the sum, then a product with w_v, which leaves (S,). Softmax of that.",
        ),
        solution=_additive(),
        cases=_additive_cases,
        reference=_additive_reference,
        mistakes=(
            Mistake(
                "no tanh",
                _additive(inner="W_q @ q + key @ W_k.T"),
                "You left out tanh. Without it the query adds the same number to all scores, and softmax does not"
                " see it.",
            ),
            Mistake(
                "tanh of each part",
                _additive(inner="np.tanh(W_q @ q) + np.tanh(key @ W_k.T)"),
                "Your weights do not depend on the query. tanh goes around the sum of both parts; around each part, the"
                " query adds the same number to every score and changes nothing.",
            ),
            Mistake(
                "multiplied",
                _additive(inner="np.tanh((W_q @ q) * (key @ W_k.T))"),
                "You multiplied the two lists. This score adds them.",
            ),
        ),
    ),
    Predict(
        id="attention.deviation",
        concepts=("attention.scaled_dot_product",),
        title="How far do the scores spread?",
        level="easy",
        minutes=5,
        task="Queries and keys have $d = 256$ independent numbers with mean 0 and the standard deviation **0.5**."
        " What is the standard deviation of $q \\cdot k$, before any division?",
        hints=(
            "The variance of a product of two independent numbers with mean 0 is the product of their variances.",
            "One product has the variance 0.25 · 0.25. There are 256 of them, and variances of independent terms add.",
            "Take the root of the variance at the end.",
        ),
        solution="Each product has the variance $0.25 \\cdot 0.25 = 0.0625$. The sum of 256 has the variance $16$, and"
        " the standard deviation $\\mathbf{4}$.",
        answer=deviation,
        tolerance=0.05,
        wrong_routes=(
            Route(16.0, "That is the variance. Asked for is its root."),
            Route(8.0, "You took 0.5 as the variance of a number, or forgot one of the two factors."),
            Route(0.25, "That is the deviation of one product. There are 256 of them in the sum."),
        ),
    ),
    Code(
        id="attention.mask",
        concepts=("attention.scaled_dot_product",),
        title="Do not look at the padding",
        level="medium",
        minutes=10,
        task="A batch of N texts is filled up to S words. Write `masked_softmax(z, lengths)` for scores z of shape"
        " (N, T, S) and the true `lengths` (N,): the weights (N, T, S), which are 0 on padding and sum to one on the"
        " words.",
        stub="def masked_softmax(z, lengths):\n    ...\n",
        hints=(
            "Which places are words? Compare `np.arange(S)` with the lengths, so that the result fits (N, T, S).",
            "A weight becomes 0 if its score is −∞ before softmax.",
            "`np.where(may, z, -np.inf)` keeps the scores of words. Then softmax along the last axis.",
        ),
        solution=MASK_HEAD + "    z = np.where(may, z, -np.inf)\n" + SHARES + "    return p\n",
        cases=_masked_cases,
        reference=_masked_reference,
        mistakes=(
            Mistake(
                "zero scores",
                MASK_HEAD + "    z = np.where(may, z, 0)\n" + SHARES + "    return p\n",
                "A score of 0 is not a weight of 0: e⁰ = 1, so that padding still gets a share.",
            ),
            Mistake(
                "masked after softmax",
                MASK_HEAD + SHARES + "    return np.where(may, p, 0)\n",
                "You set weights to 0 after softmax, so that the rest no longer sums to one.",
            ),
            Mistake(
                "no mask",
                MASK_HEAD + SHARES + "    return p\n",
                "Padding gets a share of the weights. Nothing may be looked at there.",
            ),
            Mistake(
                "softmax over the queries",
                MASK_HEAD + "    z = np.where(may, z, -1e30)\n" + SHARES.replace("axis=2", "axis=1") + "    return p\n",
                "You normalised over the queries. Each row, over the words, has to sum to one.",
            ),
        ),
    ),
    Code(
        id="attention.back",
        concepts=("attention.dot_product",),
        title="Back through the weights",
        level="hard",
        minutes=12,
        task="One query has the weights p (S,) and the values v (S, V), and its context is $c = \\sum_s p_s\\, v_s$."
        " Given u = $\\frac{\\partial L}{\\partial c}$ (V,), write `score_grad(p, value, u)`, which returns the"
        " derivatives of L by the scores, (S,).",
        stub="def score_grad(p, value, u):\n    ...\n",
        hints=(
            "First by the weights: each weight multiplies one value, so that its derivative is g = v · u, one for"
            " each value.",
            "Softmax ties the weights together: if one grows, the others shrink.",
            "So each g is compared with the mean of all of them, weighed by p, and multiplied by its own weight.",
        ),
        solution="def score_grad(p, value, u):\n    g = value @ u\n    return p * (g - p @ g)\n",
        cases=_back_cases,
        reference=_back_reference,
        mistakes=(
            Mistake(
                "by the weights",
                "def score_grad(p, value, u):\n    return value @ u\n",
                "That is the derivative by the weights. Softmax stands between them and the scores.",
            ),
            Mistake(
                "only its own weight",
                "def score_grad(p, value, u):\n    g = value @ u\n    return p * (1 - p) * g\n",
                "You took only each weight's own slope p (1 − p). A score also changes the other weights.",
            ),
            Mistake(
                "the plain mean",
                "def score_grad(p, value, u):\n    g = value @ u\n    return p * (g - g.mean())\n",
                "The mean that g is compared with is weighed by p.",
            ),
        ),
    ),
    Predict(
        id="attention.read_the_map",
        concepts=("attention.dot_product",),
        title="Read a map",
        level="easy",
        minutes=4,
        figure="attention.read_the_map",
        task="The figure above shows the weights of three steps. The values of *the*, *red* and *house* are the single"
        " numbers 0, 10 and 20. What is the context of the **second** step?",
        hints=(
            "The second step is the second row. Which weights stand in it?",
            "0.7 on the first word, 0.2 on the second and 0.1 on the third. Mix the values in these shares.",
        ),
        solution="$0.7 \\cdot 0 + 0.2 \\cdot 10 + 0.1 \\cdot 20 = \\mathbf{4}$.",
        answer=lambda: float(MAP[1] @ [0, 10, 20]),
        tolerance=0.05,
        wrong_routes=(
            Route(float(MAP[:, 1] @ [0, 10, 20]), "You read a column. A step is a row, and its weights sum to one."),
            Route(float(MAP[0] @ [0, 10, 20]), "That is the first step."),
            Route(0.0, "That is the value of the word with the largest weight. The others have a share, too."),
        ),
    ),
    Code(
        id="attention.agree",
        concepts=("attention.dot_product",),
        title="Does it look where you expect?",
        level="medium",
        minutes=8,
        task="`weights` (T, S) is the map of one translation. `truth` (T,) holds, for each word that was written, the"
        " place of the word that it translates, and −1 where there is none. Write `share_aligned(weights, truth)`: of"
        " the words that have a counterpart, the share whose largest weight stands on it.",
        stub="def share_aligned(weights, truth):\n    ...\n",
        hints=(
            "Where does each row have its largest weight?",
            "Compare that with `truth`. Which rows have nothing to compare with?",
            "Leave out the rows in which `truth` is −1, and take the mean of the others.",
        ),
        solution="def share_aligned(weights, truth):\n    known = truth >= 0\n"
        "    return (weights.argmax(axis=1) == truth)[known].mean()\n",
        cases=_share_cases,
        reference=_share_reference,
        mistakes=(
            Mistake(
                "all rows",
                "def share_aligned(weights, truth):\n    return (weights.argmax(axis=1) == truth).mean()\n",
                "Words without a counterpart count as misses. Leave them out.",
            ),
            Mistake(
                "the mean weight",
                "def share_aligned(weights, truth):\n    known = truth >= 0\n"
                "    return weights[np.arange(len(truth)), truth][known].mean()\n",
                "That is the mean weight on the counterpart. Asked for is how often it is the largest.",
            ),
            Mistake(
                "largest of a column",
                "def share_aligned(weights, truth):\n    best = weights.argmax(axis=0)\n    known = truth >= 0\n"
                "    return (best[truth] == np.arange(len(truth)))[known].mean()\n",
                "You asked of each word that was read, who looks at it most. Asked for is where each row looks.",
            ),
        ),
    ),
    Choose(
        id="attention.explain",
        concepts=("attention.dot_product",),
        title="What a map allows you to say",
        level="medium",
        minutes=5,
        task="A net reads a loan application with a recurrent encoder and attention, and says *no*. Nine tenths of the"
        " weight stand on the word *renting*. What follows?",
        options={
            "cause": "It said *no* because the applicant is renting.",
            "state": "The decision took nine tenths of its context from the state after *renting*, and no more"
            " follows.",
            "ignored": "The other words hardly mattered.",
            "nothing": "Nothing at all: weights are arbitrary numbers.",
        },
        answer="state",
        hints=(
            "What does attention mix, words or states? What may a state know of the words before it?",
            "How would you test whether the word mattered, without looking at the map?",
        ),
        solution="The weights say exactly how the context was mixed, of **states**. The state after *renting* has read"
        " all words before it, so that any of them may have decided. To learn whether a word matters, change it and"
        " look at the answer.",
        wrong={
            "cause": "The map does not show what would have changed the answer. Other words have reached this state,"
            " too.",
            "ignored": "They may all be in the state after *renting*, for the encoder has read them before.",
            "nothing": "They are not arbitrary: the context is computed with them. They only say less than a reason.",
        },
    ),
    Choose(
        id="attention.taught",
        concepts=("generation.beam_search",),
        title="Taught and on its own",
        level="medium",
        minutes=5,
        task="You judge a translator by the share of **whole texts** without a wrong word, and each step takes the"
        " likeliest word. Once each step reads the true word before it, once its own. How do the two shares compare?",
        options={
            "higher": "With the true words it is higher.",
            "equal": "They are equal, always.",
            "lower": "With the true words it is lower.",
            "near": "They differ a little, by chance.",
        },
        answer="equal",
        hints=(
            "Take a text that the net writes without a wrong word on its own. What has it read in each step?",
            "And a text with a first wrong word: what had each of the two read up to there?",
        ),
        solution="Up to the first wrong word both have read the same, for its own words were the true ones. So a text"
        " has a wrong word in one case if and only if it has one in the other. What differs is how many words are wrong"
        " **after** the first.",
        wrong={
            "higher": "That holds for the share of words. A whole text is lost with its first wrong word, and up to"
            " there both have read the same.",
            "lower": "The truth before it never does harm to a whole text. Where would the two part?",
            "near": "There is no chance in it: the likeliest word is taken each time.",
        },
    ),
    Code(
        id="attention.widen",
        concepts=("generation.beam_search",),
        title="One step of a beam",
        level="hard",
        minutes=12,
        task="Write `widen(beams, totals, log_prob, width)`. `beams` (B, t) are the beginnings, `totals` (B,) their log"
        " P, and `log_prob` (B, V) is log P of each next word after each of them. Return the `width` best continuations"
        " (width, t + 1), the best first, and their log P (width,).",
        stub="def widen(beams, totals, log_prob, width):\n    ...\n",
        hints=(
            "Every beginning can go on with every word: B · V candidates. What is log P of a beginning and a word"
            " together?",
            "`np.argsort(…, axis=None)` orders a matrix as one long list. The place n in it is row n // V, column n"
            " % V.",
            "Take the beginnings of those rows, and put the words beside them with `np.column_stack`.",
        ),
        solution=_beam(),
        cases=_beam_cases,
        reference=_beam_reference,
        mistakes=(
            Mistake(
                "the last word alone",
                _beam(candidates="log_prob + 0 * totals[:, None]"),
                "Your candidates forget what the beginning cost. Its log P has to be added.",
            ),
            Mistake(
                "the worst",
                _beam(order="candidates"),
                "These are the unlikeliest ones: `argsort` puts the smallest first.",
            ),
            Mistake(
                "row and column exchanged",
                _beam(rows="best % len(beams)", ids="best // len(beams)"),
                "Row and column are exchanged: a row of the matrix has V places.",
            ),
            Mistake(
                "multiplied",
                _beam(candidates="totals[:, None] * log_prob"),
                "Logarithms of probabilities add. You multiplied them.",
            ),
        ),
    ),
    Predict(
        id="attention.penalty",
        concepts=("generation.beam_search",),
        title="Short or long?",
        level="easy",
        minutes=5,
        task="A beam ends with two texts. One has 3 words and $P = 0.2$, the other 5 words and $P = 0.1$. They are"
        " judged by $\\frac{1}{|y|} \\ln P$, that is with $\\alpha = 1$. What is the score of the better one?",
        hints=(
            "ln 0.2 = −1.609 and ln 0.1 = −2.303. Divide each by its number of words.",
            "The better one has the larger score, which is the one nearer to 0.",
        ),
        solution="$-1.609 / 3 = -0.536$ and $-2.303 / 5 = \\mathbf{-0.461}$. The longer text wins, although its $P$ is"
        " half as large.",
        answer=penalised,
        tolerance=0.004,
        wrong_routes=(
            Route(A["log"] / A["length"], "That is the shorter text. Its score is smaller, farther from 0."),
            Route(A["log"], "Without the division. α = 1 divides by the number of words."),
            Route(B["log"], "Without the division. α = 1 divides by the number of words."),
        ),
    ),
    Choose(
        id="attention.too_narrow",
        concepts=("attention.scaled_dot_product",),
        title="Is one vector too narrow?",
        level="medium",
        minutes=4,
        task="A decoder knows a text through one vector. Which observation speaks for it that this vector is the"
        " bottleneck?",
        options={
            "a": "The net gets 60 % of all texts right.",
            "b": "The longer the text, the more goes wrong, and with attention that is not so, at the same training.",
            "c": "The loss on the training texts has not come to 0.",
            "d": "The vector has fewer bits than the longest text.",
        },
        answer="b",
        wrong={
            "a": "A share alone says nothing about its cause. The net may be trained too little, or the task be hard.",
            "c": "That may have many reasons, such as too short a training. Nothing in it speaks of the vector.",
            "d": "In our task it has far more: 64 numbers of 32 bits, against about 40 bits of twelve digits.",
        },
        hints=(
            "A bottleneck shows where much has to go through. Which observation varies how much that is?",
            "And what do you compare with, so that only the bottleneck differs?",
        ),
        solution="**b**. The length varies how much has to pass, and the net with attention is the comparison, with all"
        " else equal. It still speaks of nets of this size after this training, and not of what a vector could hold.",
    ),
]  # fmt: skip
