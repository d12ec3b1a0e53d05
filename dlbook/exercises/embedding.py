"""What the reader of chapter 22 does: look up, count, sample, train, compare, and ask what an answer proves."""

import numpy as np

from dlbook.practise.exercise import Choose, Code, Mistake, Predict, Route
from dlbook.scratch import embedding, layers


def _ids(rng, V, shape):
    """Whole numbers below V: the same ones where Python counts in 32 bits, as in the page."""
    return rng.integers(0, V, shape, np.int64).astype(np.intp)


def _table_cases():
    rng = np.random.default_rng(0)
    sizes = ((4, 3, 5), (6, 2, 4), (7, 4, 3))
    cases = [(rng.normal(size=(N, D)), _ids(rng, V, N), V) for N, D, V in sizes]
    return [*cases, (np.ones((3, 2)), np.array([1, 1, 1]), 3)]


def _table_reference(upstream, x, V):
    return layers.embedding_backward(upstream, x, np.zeros((V, upstream.shape[1])))


def _table(line: str) -> str:
    """The gradient of a table by this line."""
    return f"""\
def table_grad(upstream, x, V):
    grad = np.zeros((V, upstream.shape[1]))
    {line}
    return grad
"""


def _count_cases():
    rng = np.random.default_rng(1)
    return [(_ids(rng, V, T), window, V) for T, window, V in ((6, 1, 4), (9, 2, 5), (4, 3, 3), (12, 3, 6))]


def _count_reference(ids, window, V):
    return embedding.co_occurrences([ids], window, V)


def _count(near="range(max(0, i - window), min(len(ids), i + window + 1))", test="if j != i", add="+= 1") -> str:
    """A table of counts by these lines."""
    return f"""\
def count(ids, window, V):
    N = np.zeros((V, V), dtype=int)
    for i in range(len(ids)):
        for j in {near}:
            {test}{":" if test else "if True:"}
                N[ids[i], ids[j]] {add}
    return N
"""


SAMPLED = {"right": 2.0, "wrong": np.array([0.0, -1.0])}  # scores of the loss that is predicted


def sampled() -> float:
    """The loss of one word with this score against two with those."""
    h, C = np.ones((1, 1)), np.array([[SAMPLED["right"]], *SAMPLED["wrong"][:, None]])
    return float(embedding.negative_sampling(h, C, [0], [[1, 2]]))


def _push_cases():
    rng = np.random.default_rng(2)
    return [(rng.normal(size=D), rng.normal(size=(1 + K, D))) for K, D in ((1, 2), (5, 3), (3, 4))]


def _push_reference(h, c):
    K = len(c) - 1
    dh, dc = embedding.negative_sampling_grad(h[None], c, [0], np.arange(1, K + 1)[None])
    return dh[0], dc


def _push(truth="delta[0] -= 1", dh="delta @ c", dc="np.outer(delta, h)") -> str:
    """Both gradients by these lines."""
    return f"""\
def push_and_pull(h, c):
    delta = 1 / (1 + np.exp(-(c @ h)))
    {truth}
    return {dh}, {dc}
"""


def _mean_cases():
    rng = np.random.default_rng(3)
    mask = np.array([[1, 1, 0, 1], [0, 1, 0, 0], [1, 1, 1, 1]], bool)
    first = (rng.normal(size=(6, 3)), _ids(rng, 6, (3, 4)), mask)
    second = (rng.normal(size=(5, 2)), _ids(rng, 5, (2, 3)), np.array([[1, 0, 1], [0, 0, 1]], bool))
    return [
        first,
        second,
        (rng.normal(size=(4, 4)), _ids(rng, 4, (3, 2)), np.array([[1, 1], [0, 1], [1, 0]], bool)),
    ]


def _mean_reference(W, contexts, mask):
    return np.stack([W[row[some]].mean(axis=0) for row, some in zip(contexts, mask, strict=True)])


def _mean(last: str) -> str:
    """What is guessed from, by this line."""
    return f"def mean_of_neighbours(W, contexts, mask):\n    return {last}\n"


TABLE = np.array([[2, 6, 2], [6, 10, 4], [2, 4, 4]])  # counts of the PMI that is predicted


def met_by_chance() -> float:
    """The PMI of words 0 and 1."""
    return float(embedding.pmi(TABLE)[0, 1])


def _train_cases():
    rng = np.random.default_rng(4)
    cases = []
    for V, D, steps, K, lr in ((5, 3, 6, 2, 0.5), (6, 2, 9, 3, 1.0), (4, 4, 5, 1, 0.3)):
        W, C = rng.normal(size=(2, V, D))
        center = _ids(rng, V, steps)
        context = (center + 1 + _ids(rng, V - 1, steps)) % V
        negatives = np.stack([(o + 1 + rng.permutation(V - 1)[:K]) % V for o in context])  # none twice, none the target
        cases.append((W, C, center, context, negatives, lr))
    return cases


def _train_reference(W, C, center, context, negatives, lr):
    for i in range(len(center)):
        at = slice(i, i + 1)
        W, C = embedding.skip_gram_step(W, C, center[at], context[at], negatives[at], lr)
    return W, C


def _train(
    ids="np.array([o, *drawn])",
    truth="delta[0] -= 1",
    step=("dw, dc = delta @ C[ids], np.outer(delta, W[v])", "W[v] -= lr * dw", "C[ids] -= lr * dc"),
) -> str:
    """A training loop by these lines."""
    lines = "".join(f"        {line}\n" for line in step)
    return f"""\
def train(W, C, center, context, negatives, lr):
    W, C = W.copy(), C.copy()
    for v, o, drawn in zip(center, context, negatives):
        ids = {ids}
        delta = 1 / (1 + np.exp(-(C[ids] @ W[v])))
        {truth}
{lines}    return W, C
"""


def _analogy_cases():
    rng = np.random.default_rng(5)
    toy = np.array([[2.0, 0.0], [9.6, 2.8], [3.0, -4.0], [0.96, -0.28], [0.0, 1.0]])  # c itself is nearest
    cases = [(rng.normal(size=(9, 3)) * rng.uniform(0.2, 5, (9, 1)), *rng.permutation(9)[:3]) for _ in range(12)]
    return [(toy, 0, 1, 2), *[(vectors, int(a), int(b), int(c)) for vectors, a, b, c in cases]]


def _analogy_reference(vectors, a, b, c):
    return embedding.analogy(vectors, [a], [b], [c])[0, 0]


def _analogy(
    unit="vectors / np.linalg.norm(vectors, axis=1, keepdims=True)",
    point="unit[b] - unit[a] + unit[c]",
    leave="scores[[a, b, c]] = -np.inf",
) -> str:
    """The answer to a question by these lines."""
    return f"""\
def solve(vectors, a, b, c):
    unit = {unit}
    scores = unit @ ({point})
    {leave}
    return scores.argmax()
"""


def _effect(lean="(words @ A.T).mean(axis=1) - (words @ B.T).mean(axis=1)", gap="x.mean() - y.mean()", unit=None):
    """The effect size with these lines."""
    return f"""\
def effect(X, Y, A, B):
    leaning = lambda words: {lean}
    x, y = leaning(X), leaning(Y)
    return ({gap}) / {unit or "np.concatenate([x, y]).std(ddof=1)"}
"""


def _effect_cases():
    rng = np.random.default_rng(0)
    sizes = ((4, 4, 3, 3, 5), (5, 3, 2, 4, 3), (3, 6, 4, 2, 8))
    lists = [[rng.normal(size=(n, D)) for n in lengths] for *lengths, D in sizes]
    return [tuple(words / np.linalg.norm(words, axis=1, keepdims=True) for words in case) for case in lists]


def _effect_reference(X, Y, A, B):
    x, y = ((words @ A.T).mean(axis=1) - (words @ B.T).mean(axis=1) for words in (X, Y))
    return (x.mean() - y.mean()) / np.concatenate([x, y]).std(ddof=1)


EXERCISES = [
    Code(
        id="embedding.table_grad",
        concepts=("layers.embedding",),
        title="The gradient of a table",
        level="medium",
        minutes=8,
        task="A layer has looked up the rows `x` (N,) of a table with `V` rows. `upstream` (N, D) is the derivative of"
        " the loss with respect to what it gave. Write `table_grad(upstream, x, V)`, the derivative with respect to the"
        " table (V, D).",
        stub="def table_grad(upstream, x, V):\n    ...\n",
        hints=(
            "A row that was used three times has three places from which a derivative comes back.",
            "At a fork derivatives add. A row that was not used gets 0.",
            "A loop over `zip(x, upstream)` that adds each row to its place will do. So will NumPy's `np.add.at`.",
        ),
        solution=_table("np.add.at(grad, x, upstream)"),
        cases=_table_cases,
        reference=_table_reference,
        mistakes=(
            Mistake(
                "the last one wins",
                _table("grad[x] = upstream"),
                "A row that was used several times keeps only the last derivative in yours. They add up.",
            ),
            Mistake(
                "the mean",
                _table("np.add.at(grad, x, upstream / np.bincount(x)[x][:, None])"),
                "You took the mean over the uses of a row. Derivatives at a fork add.",
            ),
            Mistake(
                "all rows",
                _table("grad += upstream.sum(axis=0)"),
                "Every row gets the sum of all derivatives in yours. A row hears only from where it was looked up.",
            ),
        ),
    ),
    Predict(
        id="embedding.products",
        concepts=("embedding.full_softmax", "embedding.negative_sampling"),
        title="How many products are saved?",
        level="easy",
        minutes=4,
        task="The book's list of GloVe's vectors has 10,000 words. The softmax over all of them needs a product"
        " h · c for each word. Negative sampling with K = 4 needs one for the word that came and one for each that was"
        " drawn. How many times as many products does the softmax need?",
        hints=("Count the products of negative sampling first.", "They are one and four."),
        solution="Negative sampling needs $1 + 4 = 5$ products, so the softmax needs $10\\,000 / 5 = \\mathbf{2000}$"
        " times as many.",
        answer=lambda: 10_000 / (1 + 4),
        tolerance=1,
        wrong_routes=(
            Route(2500, "You left out the product with the word that came."),
            Route(10_000, "That is the number of products of the softmax. Divide it by those of negative sampling."),
        ),
    ),
    Code(
        id="embedding.count",
        concepts=("embedding.skip_gram", "embedding.pmi"),
        title="Who stands near whom?",
        level="easy",
        minutes=8,
        task="Write `count(ids, window, V)` for a text of word numbers `ids` (T,). It returns a table (V, V) of whole"
        " numbers: how often word o stands at most `window` places away from word v, before it or after it.",
        stub="def count(ids, window, V):\n    ...\n",
        hints=(
            "Go through all places i, and for each through the places j around it.",
            "j runs from i − window to i + window, cut off where the text begins and ends.",
            "A place is no neighbour of itself: leave j = i out. Two equal words side by side are neighbours.",
        ),
        solution=_count(),
        cases=_count_cases,
        reference=_count_reference,
        mistakes=(
            Mistake(
                "its own neighbour",
                _count(test=""),
                "Every place counts as its own neighbour in yours: leave j = i out.",
            ),
            Mistake(
                "one side",
                _count(near="range(i, min(len(ids), i + window + 1))"),
                "You look only to the right. The window reaches to both sides.",
            ),
            Mistake(
                "one short",
                _count(near="range(max(0, i - window), min(len(ids), i + window))"),
                "Your window ends one place too early on the right, for `range` stops before its end.",
            ),
            Mistake(
                "yes or no",
                _count(add="= 1"),
                "You only note that two words met. Count how often.",
            ),
        ),
    ),
    Predict(
        id="embedding.sampled",
        concepts=("embedding.negative_sampling",),
        title="One word against two",
        level="easy",
        minutes=5,
        task="The word that came has the score $h \\cdot c_o = 2$. Two words that were drawn have the scores 0 and −1."
        " What is the loss of negative sampling? (−log σ(2) = 0.127, −log σ(1) = 0.313, −log σ(0) = 0.693, −log σ(−1) ="
        " 1.313, −log σ(−2) = 2.127.)",
        hints=(
            "Three terms, one for each word.",
            "For a word that was drawn the sign of its score changes before σ.",
        ),
        solution="$-\\log\\sigma(2) - \\log\\sigma(-0) - \\log\\sigma(1) = 0.127 + 0.693 + 0.313 = \\mathbf{1.133}$.",
        answer=sampled,
        tolerance=0.002,
        wrong_routes=(
            Route(2.133, "You forgot the change of sign: a drawn word with the score −1 is told apart well already."),
            Route(0.127, "That is the word that came alone. The drawn words have their terms, too."),
            Route(3.133, "You changed the sign for the word that came. It is the drawn ones that change it."),
            Route(0.378, "You divided by three. The terms of one word and those drawn against it add up."),
        ),
    ),
    Code(
        id="embedding.push_and_pull",
        concepts=("embedding.negative_sampling",),
        title="Push and pull",
        level="medium",
        minutes=10,
        task="Write `push_and_pull(h, c)`: `h` (D,) is the vector that is guessed from, and `c` (1 + K, D) holds the"
        " vector of the word that came, then those of K drawn words. Return the gradients of the loss of negative"
        " sampling with respect to `h` and to `c`.",
        stub="def push_and_pull(h, c):\n    ...\n",
        hints=(
            "Each of the 1 + K words is a logistic regression of its own. Its delta is σ(score) minus the truth.",
            "The truth is 1 for the first row and 0 for the others.",
            "With the K + 1 deltas in one array, one product gives the gradient of h, and an outer product that of c.",
        ),
        solution=_push(),
        cases=_push_cases,
        reference=_push_reference,
        returns=("dh", "dc"),
        mistakes=(
            Mistake(
                "no truth",
                _push(truth="pass"),
                "You push all words away, also the one that came. Its delta is σ − 1.",
            ),
            Mistake(
                "all are true",
                _push(truth="delta -= 1"),
                "You pull all words near, also those that were drawn. The truth is 1 for the first row alone.",
            ),
            Mistake(
                "the other factor",
                _push(dc="delta[:, None] * c"),
                "The derivative of h · c by c is h, not c.",
            ),
        ),
    ),
    Code(
        id="embedding.mean_of_neighbours",
        concepts=("embedding.cbow",),
        title="The mean of those that are there",
        level="easy",
        minutes=7,
        task="Write `mean_of_neighbours(W, contexts, mask)`. `contexts` (B, M) holds the numbers of neighbours, and"
        " where `mask` (B, M) is False there is none. Return for each row the mean of the rows of `W` that belong to"
        " it, (B, D).",
        stub="def mean_of_neighbours(W, contexts, mask):\n    ...\n",
        hints=(
            "At the edge of a text a window has fewer words. The mean is over those that are there.",
            "Multiply by the mask before you add up.",
            "`mask[:, :, None] * W[contexts]` has the shape (B, M, D). By what does each row have to be divided?",
        ),
        solution=_mean("(mask[:, :, None] * W[contexts]).sum(axis=1) / mask.sum(axis=1, keepdims=True)"),
        cases=_mean_cases,
        reference=_mean_reference,
        mistakes=(
            Mistake(
                "all places",
                _mean("W[contexts].mean(axis=1)"),
                "Your mean takes places in which there is no word.",
            ),
            Mistake(
                "divided by the window",
                _mean("(mask[:, :, None] * W[contexts]).mean(axis=1)"),
                "You divide by the size of the window, also where fewer words are there.",
            ),
            Mistake(
                "the sum",
                _mean("(mask[:, :, None] * W[contexts]).sum(axis=1)"),
                "You added up and did not divide.",
            ),
        ),
    ),
    Predict(
        id="embedding.thinned",
        concepts=("embedding.keep_probability",),
        figure="embedding.kept_words",
        title="Read how often a word stays",
        level="easy",
        minutes=5,
        task="The figure above shows the chance to be kept for t = 0.001. A word makes up 1.6 % of a text of 100,000"
        " words. How many of its occurrences stay, on average?",
        hints=(
            "1.6 % is a share of 0.016. Read its chance off the curve, or take the root of t / f.",
            "How often does the word come in the whole text? Take the chance of that.",
        ),
        solution="The chance is $\\sqrt{0.001 / 0.016} = 0.25$. The word comes $0.016 \\cdot 100\\,000 = 1{,}600$"
        " times, and $0.25 \\cdot 1{,}600 = \\mathbf{400}$ stay.",
        answer=lambda: 1600 * float(embedding.keep_probability([1600, 98_400], 1e-3)[0]),
        tolerance=20,
        wrong_routes=(
            Route(100, "You forgot the root: t / f is 1/16, and its root is 1/4."),
            Route(1200, "That is how many are left out."),
            Route(1600, "That is how often it comes. Some of it is left out."),
        ),
    ),
    Predict(
        id="embedding.met_by_chance",
        concepts=("embedding.pmi",),
        title="More often than by chance?",
        level="medium",
        minutes=7,
        task="Of 40 pairs, 6 are of word 0 with word 1. Word 0 is the first of 10 pairs, and word 1 the second of 20."
        " What is their PMI (K = 1)? (log 2 = 0.693, log 1.2 = 0.182, log 0.3 = −1.204.)",
        hints=(
            "Write the three probabilities down first.",
            "P(v, o) = 6/40, P(v) = 10/40, P(o) = 20/40.",
        ),
        solution="By chance they would meet in a share of $\\frac{10}{40} \\cdot \\frac{20}{40} = 0.125$ of the"
        " pairs. They meet in $\\frac{6}{40} = 0.15$, which is 1.2 times as often: $\\log 1.2 = \\mathbf{0.182}$.",
        answer=met_by_chance,
        tolerance=0.002,
        wrong_routes=(
            Route(-1.897, "That is log P(v, o). How often would they meet by chance?"),
            Route(1.2, "That is the ratio. The PMI is its logarithm."),
            Route(-1.204, "That is log P(v | o): you divided by the frequency of one word only."),
            Route(-0.511, "That is log P(o | v) = log 0.6: you divided by the frequency of one word only."),
            Route(-0.182, "Your ratio stands upside down."),
        ),
    ),
    Choose(
        id="embedding.which_is_near",
        concepts=("embedding.cosine_similarity",),
        figure="embedding.which_is_near",
        title="Which word is nearest?",
        level="easy",
        minutes=4,
        task="The figure above shows five words in two numbers. Which word is nearest to q by the cosine?",
        options={
            "a": "a, the longest",
            "b": "b, the short one",
            "c": "c, whose tip is nearest to that of q",
            "d": "d, the lowest",
        },
        answer="b",
        wrong={
            "a": "a points higher than q. The cosine does not see how long an arrow is.",
            "c": "The tips are near, but c points higher than q. The cosine compares the directions alone.",
            "d": "d points lower than q. The angle between them is more than between q and b.",
        },
        hints=(
            "Forget how long the arrows are.",
            "q rises by 1 for each 2 to the right. Which one rises nearly as fast?",
        ),
        solution="**b**. It rises by 0.4 over 0.9, nearly as q by 1 over 2, and its cosine with q is 0.999. It is the"
        " shortest arrow, but that does not count.",
    ),
    Code(
        id="embedding.solve",
        concepts=("embedding.analogy", "embedding.cosine_similarity"),
        title="a is to b as c is to what?",
        level="medium",
        minutes=10,
        task="Write `solve(vectors, a, b, c)`. `vectors` (V, D) holds a vector a word, and `a`, `b`, `c` are numbers of"
        " words. Make all vectors as long as 1, and return the number of the word with the largest cosine to b − a + c,"
        " the three words of the question excluded.",
        stub="def solve(vectors, a, b, c):\n    ...\n",
        hints=(
            "Divide each row by its length, before anything is added.",
            "The length of b − a + c is the same for all candidates, so products with it are enough.",
            "Set the scores of a, b and c to −∞ before you take the largest.",
        ),
        solution=_analogy(),
        cases=_analogy_cases,
        reference=_analogy_reference,
        mistakes=(
            Mistake(
                "the question answers itself",
                _analogy(leave="pass"),
                "Your answer may be a word of the question, and often is. Exclude all three.",
            ),
            Mistake(
                "the wrong way round",
                _analogy(point="unit[a] - unit[b] + unit[c]"),
                "You subtracted b and added a. What leads from a to b is b − a.",
            ),
            Mistake(
                "long vectors count more",
                _analogy(unit="vectors"),
                "Long vectors count more in yours. Make all of them as long as 1 first.",
            ),
        ),
    ),
    Code(
        id="embedding.train",
        concepts=("embedding.skip_gram", "embedding.negative_sampling"),
        title="Train skip-gram",
        level="hard",
        minutes=20,
        task="Write `train(W, C, center, context, negatives, lr)`, which goes once through the pairs, one after the"
        " other. For each pair, with its row of `negatives` (T, K), take a step of size `lr` down the gradient of"
        " negative sampling, in `W` and in `C`. Return both tables, and leave those that were given as they are. The"
        " neighbour and the K words drawn against it are 1 + K different words.",
        stub="def train(W, C, center, context, negatives, lr):\n    ...\n",
        hints=(
            "Copy both tables first. Then a loop over the pairs, each with its drawn words.",
            "In a step only W[v] and the rows of C that belong to the neighbour and the drawn words move.",
            "Compute both gradients before you change anything: the gradient of C needs the old W[v].",
        ),
        solution=_train(),
        cases=_train_cases,
        reference=_train_reference,
        returns=("W", "C"),
        mistakes=(
            Mistake(
                "one after the other",
                _train(step=("W[v] -= lr * delta @ C[ids]", "C[ids] -= lr * np.outer(delta, W[v])")),
                "Your C moves by the new W[v]. Both gradients belong to the tables before the step.",
            ),
            Mistake(
                "one table",
                _train(step=("W[v] -= lr * delta @ C[ids]",)),
                "Only W learns in yours. C has a gradient, too.",
            ),
            Mistake(
                "uphill",
                _train(
                    step=(
                        "dw, dc = delta @ C[ids], np.outer(delta, W[v])",
                        "W[v] += lr * dw",
                        "C[ids] += lr * dc",
                    )
                ),
                "You climb: the loss grows with each step. Go against the gradient.",
            ),
            Mistake(
                "no truth",
                _train(truth="pass"),
                "The word that came is pushed away like the others. Its delta is σ − 1.",
            ),
        ),
    ),
    Choose(
        id="embedding.what_it_proves",
        concepts=("embedding.analogy",),
        title="What does the answer prove?",
        level="medium",
        minutes=5,
        task='A blog asks "man is to doctor as woman is to what?", gets "nurse", and concludes that the vectors cannot'
        " imagine a woman as a doctor. The words of the question were excluded. What is the matter with the"
        " conclusion?",
        options={
            "a": "Nothing. The answer shows what the vectors hold.",
            "b": "The program could not have answered doctor, for that word was excluded.",
            "c": "Vectors contain no bias, for they are only counts.",
            "d": "GloVe knows too few words for such a question.",
        },
        answer="b",
        wrong={
            "a": "Ask the same with all words allowed. Then the answer is doctor.",
            "c": "The counts come from texts of people, and the association test above finds their leaning.",
            "d": "All the words are there. Look at which answers were allowed at all.",
        },
        hints=(
            "Which answers were possible?",
            "Move the second explorer to this question, and allow the question's own words.",
        ),
        solution="**b**. The exclusion forbids the answer doctor. With all words allowed it is the answer. That the"
        " vectors lean is true all the same: the association test measures it, with a comparison to chance.",
    ),
    Code(
        id="embedding.bias",
        concepts=("embedding.cosine_similarity",),
        title="Measure a leaning",
        level="medium",
        minutes=8,
        task="Write WEAT's effect size, `effect(X, Y, A, B)`. The rows of `X` and `Y` are the vectors of two lists of"
        " target words, those of `A` and `B` of two lists of attributes. All of them have the length 1, so a cosine"
        " is a product. A word leans by its mean cosine with A less its mean cosine with B. The effect is the"
        " difference of the mean leanings of X and of Y, divided by the standard deviation of all leanings together"
        " (`ddof=1`).",
        stub="def effect(X, Y, A, B):\n    ...\n",
        hints=(
            "First write the leaning of many words at once. `words @ A.T` holds all the cosines with A.",
            "leaning = (words @ A.T).mean(axis=1) - (words @ B.T).mean(axis=1). You need it for X and for Y.",
            "`np.concatenate` puts both lists of leanings into one, and its `.std(ddof=1)` is the unit.",
        ),
        solution=_effect(),
        cases=_effect_cases,
        reference=_effect_reference,
        mistakes=(
            Mistake(
                "without the unit",
                _effect(unit="1"),
                "That is the difference of the means. Divide it by the standard deviation of all leanings, or we"
                " cannot say whether it is large.",
            ),
            Mistake(
                "one list's deviation",
                _effect(unit="x.std(ddof=1)"),
                "You divided by the standard deviation of X alone. Take that of all words together.",
            ),
            Mistake(
                "divided by the number",
                _effect(unit="np.concatenate([x, y]).std()"),
                "Your standard deviation divides by the number of words. It is asked with `ddof=1`, one less.",
            ),
            Mistake(
                "sums of cosines",
                _effect(lean="(words @ A.T).sum(axis=1) - (words @ B.T).sum(axis=1)"),
                "You added the cosines. Where A and B have different lengths, the longer list would win. Take means.",
            ),
            Mistake(
                "towards A alone",
                _effect(lean="(words @ A.T).mean(axis=1)"),
                "Your leaning looks at A alone. A word that is near to everything leans nowhere, so take its mean"
                " cosine with B away.",
            ),
            Mistake(
                "the other way round",
                _effect(gap="y.mean() - x.mean()"),
                "Your sign is the other one. It is the mean of X less the mean of Y.",
            ),
        ),
    ),
]
