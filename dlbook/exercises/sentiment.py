"""What the reader of chapter 23 does: number, count, learn from counts, pad, and ask each word for its part."""

import numpy as np

from dlbook.figures.sentiment import BARS
from dlbook.practise.exercise import Choose, Code, Mistake, Predict, Route
from dlbook.scratch import text

WORDS = ("<pad>", "<unk>", "a", "film", "good", "bad", "not")
VOCABULARY = {word: i for i, word in enumerate(WORDS)}


def _encode_cases():
    said = ("a good film", "not a bad film at all", "what a film", "so good", "bad")
    return [(sentence.split(), dict(VOCABULARY)) for sentence in said]


def _encode_reference(words, vocabulary):
    return text.encode(words, vocabulary)


def _encode(line: str) -> str:
    """Numbers of words by this line."""
    return f"def numbers_of(words, vocabulary):\n    return {line}\n"


def _rows(rng, N, V, longest) -> list[np.ndarray]:
    return [rng.integers(0, V, T) for T in rng.integers(1, longest + 1, N)]


def _bag_cases():
    rng = np.random.default_rng(0)
    return [(rng.integers(0, V, T), V) for T, V in ((4, 3), (7, 5), (9, 4))] + [(np.array([2, 2, 2]), 4)]


def _bag_reference(ids, V):
    return text.bag_of_words([ids], V)[0]


def _bag(add: str, start="np.zeros(V, dtype=int)", over="ids") -> str:
    """Counts by these lines."""
    return f"def bag(ids, V):\n    counts = {start}\n    for v in {over}:\n        {add}\n    return counts\n"


def _bayes_cases():
    rng = np.random.default_rng(1)
    cases = []
    for N, V in ((6, 4), (9, 5), (5, 7)):
        y = rng.integers(0, 2, N)
        y[:2] = 0, 1
        cases.append((_rows(rng, N, V, 6), y, V))
    return cases


def _bayes_reference(rows, y, V):
    return text.naive_bayes(text.class_counts(rows, y, V, 2), [(y == k).sum() for k in (0, 1)])


def _bayes(
    add="counts[k, v] += 1",
    smooth="counts + 1",
    norm="smoothed.sum(axis=1, keepdims=True)",
    prior="np.log([np.mean(y == 0), np.mean(y == 1)])",
) -> str:
    """Naive Bayes by these lines."""
    return f"""\
def learn(rows, y, V):
    counts = np.zeros((2, V))
    for ids, k in zip(rows, y):
        for v in ids:
            {add}
    smoothed = {smooth}
    return {prior}, np.log(smoothed / {norm})
"""


def _score_cases():
    rng = np.random.default_rng(2)
    cases = []
    for K, V, T in ((2, 4, 3), (3, 5, 6), (2, 6, 1)):
        likelihood = np.log(rng.dirichlet(np.ones(V), K))
        cases.append((rng.integers(0, V, T), np.log(rng.dirichlet(np.ones(K))), likelihood))
    return cases


def _score_reference(ids, log_prior, log_likelihood):
    return text.naive_bayes_scores([ids], log_prior, log_likelihood)[0]


def _score(line: str) -> str:
    """The scores of the classes by this line."""
    return f"def scores(ids, log_prior, log_likelihood):\n    return {line}\n"


def _pad_cases():
    rng = np.random.default_rng(3)
    return [([row + 1 for row in _rows(rng, N, 8, longest)],) for N, longest in ((3, 5), (4, 7), (2, 3), (1, 4))]


def _pad_reference(rows):
    return text.pad(rows), text.mask([len(row) for row in rows])


def _pad(
    width="max(len(row) for row in rows)", put="ids[n, : len(row)] = row", mark="mask[n, : len(row)] = True"
) -> str:
    """A batch by these lines."""
    return f"""\
def batch(rows):
    T = {width}
    ids, mask = np.zeros((len(rows), T), dtype=int), np.zeros((len(rows), T), dtype=bool)
    for n, row in enumerate(rows):
        {put}
        {mark}
    return ids, mask
"""


def _occlusion_cases():
    rng = np.random.default_rng(4)
    return [
        (rng.normal(size=(V, D)), rng.normal(size=D), rng.integers(0, V, T))
        for V, D, T in ((5, 3, 4), (6, 2, 6), (4, 4, 2))
    ]


def _occlusion_reference(X, w, ids):
    return text.occlusion(lambda rows: np.array([np.tanh(X[row].mean(axis=0)) @ w for row in rows]), ids)


def _occlusion(line="score(ids) - score(np.delete(ids, t))", over="range(len(ids))") -> str:
    """The parts of the words by this line."""
    return f"""\
def parts(X, w, ids):
    score = lambda ids: np.tanh(X[ids].mean(axis=0)) @ w
    return np.array([{line} for t in {over}])
"""


# Counts that are predicted from: of "fun", and of all words, in good sentences; the words of the vocabulary.
FUN, ALL, V = 3, 12, 8
# A sentence of two words that has two places of padding: a number of each word, and what the padding row holds.
PADDED, FILLED = np.array([0.9, 0.3, 0.0, 0.0]), 2
# Two words of two numbers each, and the slopes of the score along them.
SLOPES, VECTORS = np.array([[0.5, -1.0], [3.0, 0.5]]), np.array([[2.0, 1.0], [-0.5, 2.0]])


def smoothed_share() -> float:
    """P(fun | good) with α = 1."""
    counts = np.array([[FUN, ALL - FUN, *np.zeros(V - 2)]])
    return float(np.exp(text.naive_bayes(counts, [1])[1][0, 0]))


def mean_without_padding() -> float:
    """The mean of the two words that are there."""
    return float(text.masked_mean(PADDED[None, :, None], text.mask([FILLED], len(PADDED)))[0, 0])


def second_part() -> float:
    """The part of the second word by gradient times input."""
    return float(text.gradient_times_input(SLOPES, VECTORS)[1])


EXERCISES = [
    Code(
        id="sentiment.numbers_of",
        concepts=("text.vocabulary", "text.encode"),
        title="Words as numbers",
        level="easy",
        minutes=5,
        task="Write `numbers_of(words, vocabulary)`. `words` is a list of words, and `vocabulary` a dictionary from"
        " words to numbers. Return an array with the number of each word. A word that is not in the vocabulary gets"
        ' the number of `"<unk>"`.',
        stub="def numbers_of(words, vocabulary):\n    ...\n",
        hints=(
            "A loop over the words, and a question for each: is it in the vocabulary?",
            "A dictionary has the method `get`, which takes a second argument for what it does not find.",
            'The second argument is `vocabulary["<unk>"]`.',
        ),
        solution=_encode('np.array([vocabulary.get(word, vocabulary["<unk>"]) for word in words])'),
        cases=_encode_cases,
        reference=_encode_reference,
        mistakes=(
            Mistake(
                "unknown words are left out",
                _encode("np.array([vocabulary[word] for word in words if word in vocabulary])"),
                "You leave unknown words out, so the sentence becomes shorter. Give them the number of <unk>.",
            ),
            Mistake(
                "unknown is padding",
                _encode("np.array([vocabulary.get(word, 0) for word in words])"),
                "You give unknown words the number 0, which stands for padding. A word that is there is no padding.",
            ),
            Mistake(
                "a new number",
                _encode("np.array([vocabulary.get(word, len(vocabulary)) for word in words])"),
                "You give unknown words a number that no row of a table has. There is one for them, that of <unk>.",
            ),
        ),
    ),
    Code(
        id="sentiment.bag",
        concepts=("text.bag_of_words",),
        title="Into the bag",
        level="easy",
        minutes=5,
        task="Write `bag(ids, V)`, which takes the numbers of a sentence's words `ids` (T,) and returns how often each"
        " of the `V` words stands in it, an array (V,) of whole numbers.",
        stub="def bag(ids, V):\n    ...\n",
        hints=(
            "Begin with V zeros.",
            "Go through the sentence, and add 1 at the place of each word.",
            "A word that comes twice counts twice.",
        ),
        solution=_bag("counts[v] += 1"),
        cases=_bag_cases,
        reference=_bag_reference,
        mistakes=(
            Mistake(
                "yes or no",
                _bag("counts[v] = 1"),
                "You note only that a word is there. Count how often.",
            ),
            Mistake(
                "one short",
                _bag("counts[v] += 1", over="ids[1:]"),
                "The first word of the sentence is missing in your counts.",
            ),
            Mistake(
                "shares",
                _bag("counts[v] += 1 / len(ids)", start="np.zeros(V)"),
                "You divide by the length of the sentence. A bag of words counts.",
            ),
        ),
    ),
    Predict(
        id="sentiment.smoothed",
        concepts=("text.naive_bayes",),
        title="A share with one added",
        level="easy",
        minutes=5,
        task='The good sentences have 12 words in all, and 3 of them are "fun". The vocabulary has 8 words. What is'
        " P(fun | good) of naive Bayes with α = 1?",
        hints=(
            "Every word of the vocabulary counts one more than it was seen.",
            "So the sum of all counts grows by 8.",
        ),
        solution="$\\frac{3 + 1}{12 + 8} = \\frac{4}{20} = \\mathbf{0.2}$.",
        answer=smoothed_share,
        tolerance=0.001,
        wrong_routes=(
            Route(0.25, "That is the plain share. With α = 1 every word counts one more than it was seen."),
            Route(4 / 13, "You added 1 to all words together. Each of the 8 words gets one, so the sum grows by 8."),
            Route(4 / 12, "You added 1 above and nothing below. Then the shares of all words add up to more than 1."),
        ),
    ),
    Code(
        id="sentiment.scores",
        concepts=("text.naive_bayes_scores",),
        title="A sum over words",
        level="medium",
        minutes=7,
        task="Write `scores(ids, log_prior, log_likelihood)`. `ids` (T,) are the numbers of a sentence's words,"
        " `log_prior` (K,) holds log P(k), and `log_likelihood` (K, V) holds log P(v | k). Return the score of each"
        " class, (K,).",
        stub="def scores(ids, log_prior, log_likelihood):\n    ...\n",
        hints=(
            "The probabilities of independent words are multiplied, so their logarithms add up.",
            "`log_likelihood[:, ids]` has a column for each word of the sentence.",
            "Add up along the words, then add the prior once.",
        ),
        solution=_score("log_prior + log_likelihood[:, ids].sum(axis=1)"),
        cases=_score_cases,
        reference=_score_reference,
        mistakes=(
            Mistake(
                "no prior",
                _score("log_likelihood[:, ids].sum(axis=1)"),
                "The prior is missing: a class that is frequent has a head start.",
            ),
            Mistake(
                "the mean",
                _score("log_prior + log_likelihood[:, ids].mean(axis=1)"),
                "You took the mean over the words. Each word is evidence of its own, and the logarithms add up.",
            ),
            Mistake(
                "a prior for each word",
                _score("(log_prior[:, None] + log_likelihood[:, ids]).sum(axis=1)"),
                "You added the prior once for each word. A sentence has one class, so it counts once.",
            ),
        ),
    ),
    Predict(
        id="sentiment.read_the_bars",
        concepts=("text.naive_bayes_scores",),
        figure="sentiment.read_the_bars",
        title="Read a score off its bars",
        level="easy",
        minutes=4,
        task="The figure above shows what each word of a sentence brings to the score of naive Bayes, and the prior."
        " What is the score?",
        hints=(
            "The score is a sum.",
            "Bars to the left count as negative numbers. The prior is one of the terms.",
        ),
        solution="$-0.2 - 1.2 + 0.4 + 1.5 + 0.1 = \\mathbf{0.6}$, so the sentence is called good.",
        answer=lambda: float(sum(BARS.values())),
        tolerance=0.05,
        wrong_routes=(
            Route(0.8, "You left out the prior."),
            Route(3.4, "You added up the lengths of the bars. Those to the left are negative."),
            Route(1.5, "That is the longest bar alone. All of them add up."),
        ),
    ),
    Code(
        id="sentiment.learn",
        concepts=("text.naive_bayes", "text.bag_of_words"),
        title="Learn naive Bayes",
        level="hard",
        minutes=15,
        task="Write `learn(rows, y, V)`. `rows` is a list of sentences as numbers of words, `y` (N,) holds their"
        " classes, 0 or 1, and there are `V` words. Return log P(k), (2,), and log P(v | k) with α = 1, (2, V).",
        stub="def learn(rows, y, V):\n    ...\n",
        hints=(
            "Count first: a table (2, V) in which every word of every sentence adds 1 in the row of its class.",
            "Add 1 to the whole table, and divide each row by its own sum.",
            "P(k) is the share of sentences of class k, not the share of words. Take logarithms last.",
        ),
        solution=_bayes(),
        cases=_bayes_cases,
        reference=_bayes_reference,
        returns=("log_prior", "log_likelihood"),
        mistakes=(
            Mistake(
                "words decide the prior",
                _bayes(prior="np.log(counts.sum(axis=1) / counts.sum())"),
                "Your prior counts words. It is the share of sentences.",
            ),
            Mistake(
                "one sum for all",
                _bayes(norm="smoothed.sum()"),
                "You divide by the words of both classes. In each class the shares of all words add up to 1.",
            ),
            Mistake(
                "not smoothed",
                _bayes(smooth="counts + 1e-9"),
                "A word that a class never had gets a probability near 0 in yours, and one such word decides all."
                " Add 1 to each count.",
            ),
            Mistake(
                "once a sentence",
                _bayes(add="counts[k, v] = 1"),
                "You note only that a class has a word. Count how often.",
            ),
        ),
    ),
    Code(
        id="sentiment.batch",
        concepts=("text.pad", "text.mask"),
        title="A batch and its mask",
        level="medium",
        minutes=8,
        task="Write `batch(rows)` for a list of sentences, each an array of whole numbers. Return two arrays (N, T),"
        " where T is the length of the longest: the numbers with 0 after the end of a shorter sentence, and a mask,"
        " True where there is a word.",
        stub="def batch(rows):\n    ...\n",
        hints=(
            "How long is the longest? Make an array of zeros of that width, and one of False.",
            "The first `len(row)` places of a row belong to its sentence.",
            "A slice up to `len(row)` takes the words, and the same places of the mask become True.",
        ),
        solution=_pad(),
        cases=_pad_cases,
        reference=_pad_reference,
        returns=("ids", "mask"),
        mistakes=(
            Mistake(
                "from the right",
                _pad(put="ids[n, T - len(row) :] = row", mark="mask[n, T - len(row) :] = True"),
                "Your padding stands in front of the words. Here it comes after them.",
            ),
            Mistake(
                "the mask of padding",
                _pad(mark="mask[n, len(row) :] = True"),
                "Your mask is True where the padding is. Here True means that there is a word.",
            ),
            Mistake(
                "one place too many",
                _pad(width="max(len(row) for row in rows) + 1"),
                "Your arrays have a place more than the longest sentence has words.",
            ),
        ),
    ),
    Predict(
        id="sentiment.masked_mean",
        concepts=("text.masked_mean", "text.mask"),
        title="A mean without the padding",
        level="easy",
        minutes=4,
        task="A sentence of two words was padded to four places. In one of their numbers the words have 0.9 and 0.3,"
        " and the padding has 0 twice. What is the masked mean of this number?",
        hints=(
            "How many places hold a word?",
            "Add up over them, and divide by how many they are.",
        ),
        solution="$\\frac{0.9 + 0.3}{2} = \\mathbf{0.6}$. Without the mask it would be 0.3, and smaller with every"
        " place of padding.",
        answer=mean_without_padding,
        tolerance=0.001,
        wrong_routes=(
            Route(0.3, "You divided by four. The padding is no word, and does not count."),
            Route(1.2, "That is the sum. The mean divides by the number of words."),
        ),
    ),
    Choose(
        id="sentiment.same_bag",
        concepts=("text.bag_of_words", "text.masked_mean"),
        title="What does a bag confuse?",
        level="easy",
        minutes=4,
        task="Which two sentences get the very same score from naive Bayes, and from a mean of word vectors, whatever"
        " these have learned?",
        options={
            "a": '"a good film" and "a film that is good"',
            "b": '"not good" and "bad"',
            "c": '"it is bad, not good" and "it is good, not bad"',
            "d": '"good" and "good good"',
        },
        answer="c",
        wrong={
            "a": 'They have other words: "that" and "is" stand in one of them alone.',
            "b": "They mean much the same, but each has words of its own, with weights of their own.",
            "d": "The mean of both is the same. But naive Bayes adds the weight of good twice.",
        },
        hints=(
            "Both add up one term for each word. When are two sums equal, whatever their terms?",
            "The same words, each as often.",
        ),
        solution="**c**. Both sentences have the same words, each once, in another order. A sum does not see the"
        " order of its terms, and the meaning is turned round.",
    ),
    Choose(
        id="sentiment.last_state",
        concepts=("sentiment.classifier", "text.pad"),
        title="Which state does it look at?",
        level="medium",
        minutes=5,
        task="A batch is padded to 64 places after its sentences. An LSTM reads it without knowing the lengths, and"
        " its last state goes into the linear layer. For a sentence of 8 words, what does the layer see?",
        options={
            "a": "The state after 8 words, for padding changes nothing.",
            "b": "A state of zeros, for the padding is 0.",
            "c": "The state after 8 words and 56 further steps, in which the cell has read padding.",
            "d": "The mean of the states of all 64 steps.",
        },
        answer="c",
        wrong={
            "a": "Padding is a row of the table like any other. The cell reads it, and its state moves on.",
            "b": "The number 0 is the row of the padding in the table. The state does not become 0 by that.",
            "d": "The last state is one state, not a mean. Which one is it?",
        },
        hints=(
            "In each step the cell makes a new state, whatever it reads.",
            "How many steps are there between the last word and the last place?",
        ),
        solution="**c**. Each step multiplies what is kept by a forget gate, and 56 steps of it wash the sentence out."
        " With the lengths the state stops where the sentence ends.",
    ),
    Code(
        id="sentiment.parts",
        concepts=("text.occlusion",),
        title="Without this word",
        level="medium",
        minutes=10,
        task="A net gives a sentence `ids` (T,) the score w · tanh(x̄), where x̄ is the mean of the rows `X[ids]` and"
        " `w` (D,) are weights. Write `parts(X, w, ids)`, which returns for each word what the score loses when the"
        " word is taken out, (T,).",
        stub="def parts(X, w, ids):\n    ...\n",
        hints=(
            "Write the score as a function of ids first.",
            "`np.delete(ids, t)` is the sentence without its word t.",
            "What is lost is the score with the word minus the score without it.",
        ),
        solution=_occlusion(),
        cases=_occlusion_cases,
        reference=_occlusion_reference,
        mistakes=(
            Mistake(
                "the wrong way round",
                _occlusion("score(np.delete(ids, t)) - score(ids)"),
                "Your signs are turned round: a word that makes the score larger has a part above 0.",
            ),
            Mistake(
                "the word alone",
                _occlusion("score(ids[[t]])"),
                "That is the score of the word alone. Its part is what the sentence loses without it.",
            ),
            Mistake(
                "all that follows",
                _occlusion("score(ids) - score(ids[:t]) if t else score(ids)"),
                "You take out the word and all that follow it. Take out this one alone.",
            ),
        ),
    ),
    Predict(
        id="sentiment.slope",
        concepts=("text.gradient_times_input",),
        title="A part by the slope",
        level="easy",
        minutes=4,
        task="The vector of a word is (−0.5, 2), and the gradient of the score with respect to it is (3, 0.5). What is"
        " the word's part by gradient times input?",
        hints=(
            "Multiply number by number.",
            "Then add up over the two numbers.",
        ),
        solution="$-0.5 \\cdot 3 + 2 \\cdot 0.5 = -1.5 + 1 = \\mathbf{-0.5}$. The word counts against the text, though"
        " the score has a slope upwards along both numbers.",
        answer=second_part,
        tolerance=0.001,
        wrong_routes=(
            Route(2.5, "You left out a sign: the first product is −1.5."),
            Route(3.5, "That is the sum of the gradient. Multiply it by the vector first."),
            Route(1.5, "That is the sum of the vector. Multiply it by the gradient first."),
        ),
    ),
]
