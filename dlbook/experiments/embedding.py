"""What chapter 22 measures: vectors learned from eight plays, then what those of GloVe say, and what they do not."""

import re
from functools import cache

import numpy as np

from dlbook.data import texts
from dlbook.experiments import measured
from dlbook.scratch import embedding, text

# ─── The plays ───────────────────────────────────────────────────────────────────────────────────────────────────────

NAME = re.compile(r"[A-Z0-9][\w .]{0,30}")  # the line that says who speaks


@cache
def speeches() -> list[list[str]]:
    """What is said in eight plays, a list of words a speech: without who says it, and without who comes and goes."""
    found = []
    for block in re.split(r"\n\s*\n", texts.shakespeare()):
        who, _, said = block.partition("\n")
        if said and NAME.fullmatch(who):
            tokens = text.tokenize(re.sub(r"\[[^\]]*\]", " ", said))
            found.append([token for token in tokens if token[0].isalpha()])
    return found


@cache
def plays(min_count=10) -> tuple[list[str], list[np.ndarray], np.ndarray]:
    """The words that come often enough, the speeches in their numbers, and how often each word comes (V,)."""
    vocabulary = text.vocabulary([word for said in speeches() for word in said], min_count, special=())
    rows = [np.array([vocabulary[word] for word in said if word in vocabulary], np.int64) for said in speeches()]
    rows = [row for row in rows if len(row) > 1]
    counts = np.bincount(np.concatenate(rows).astype(np.intp), minlength=len(vocabulary))  # of 32 bits in the page
    return list(vocabulary), rows, counts


# Written down before anything was trained: words of which one calls up the other.
PAIRS = [
    tuple(pair.split())
    for pair in (
        "day night, king queen, father mother, son daughter, brother sister, husband wife, man woman, life death,"
        " heaven earth, sun moon, eyes ears, heart soul, love hate, sword dagger, two three, good bad, black white,"
        " war peace, friend enemy, lord lady, thee thou, hear speak, go come, romeo juliet, brutus cassius, eat drink,"
        " tears weep, fire water, body blood, hand arm, bed sleep"
    ).split(", ")
]


def partners(words, vectors) -> np.ndarray:
    """For each pair, both ways, the place of the partner among the neighbours of a word: 1 is the nearest."""
    number = {word: i for i, word in enumerate(words)}
    known = [pair for pair in PAIRS if all(word in number for word in pair)]
    a, b = np.array([(number[x], number[y]) for x, y in known]).T
    a, b = np.concatenate([a, b]), np.concatenate([b, a])
    nearest, _ = embedding.neighbors(vectors[a], vectors, len(words) - 1, exclude=a[:, None])
    return np.argmax(nearest == b[:, None], axis=1) + 1


def found_among(places, k=10) -> float:
    """The share of partners that are among the k nearest."""
    return float((places <= k).mean())


# ─── Learning from them ──────────────────────────────────────────────────────────────────────────────────────────────

D, WINDOW, NEGATIVES = 50, 4, 5
RATES = {"skip-gram": 0.05, "CBOW": 0.1}  # of the first pass


def batches(N, size, rng):
    """The numbers 0 to N − 1 in random order, `size` of them at a time."""
    return np.split(rng.permutation(N), range(size, N, size))


def skip_gram_pass(W, C, rows, noise, rng, lr):
    """Once through all pairs; each step goes down the gradient of a batch of them."""
    reach = rng.integers(1, WINDOW + 1, sum(map(len, rows)), np.int64)  # near words are in more windows
    center, context = embedding.pairs(rows, WINDOW, reach)
    for at in batches(len(center), 1024, rng):
        negatives = embedding.draw_negatives(noise, rng.random((len(at), NEGATIVES)))
        W, C = embedding.skip_gram_step(W, C, center[at], context[at], negatives, lr)
    return W, C


def cbow_pass(W, C, rows, noise, rng, lr):
    """Once through all windows; each step goes down the gradient of a batch of them."""
    contexts, mask, center = embedding.cbow_windows(rows, WINDOW)
    for at in batches(len(center), 256, rng):
        negatives = embedding.draw_negatives(noise, rng.random((len(at), NEGATIVES)))
        dW, dC = embedding.cbow_grad(W, C, contexts[at], center[at], negatives, mask[at])
        step = W.dtype.type(lr * len(at))  # the sum over the batch, as in word2vec
        W, C = W - step * dW, C - step * dC
    return W, C


PASSES = {"skip-gram": skip_gram_pass, "CBOW": cbow_pass}


@cache
def learn(model="skip-gram", passes=20, seed=0) -> tuple[np.ndarray, np.ndarray]:
    """W and C (V, D), float32, of skip-gram or CBOW after so many passes over the plays; η falls from pass to pass."""
    rng, (words, rows, counts) = np.random.default_rng(seed), plays()
    W = ((rng.random((len(words), D)) - 0.5) / D).astype(np.float32)
    C = np.zeros_like(W)
    noise, keep = embedding.noise_distribution(counts), embedding.keep_probability(counts)
    for k in range(passes):
        kept = embedding.subsample(rows, keep, rng.random(counts.sum()))
        W, C = PASSES[model](W, C, kept, noise, rng, RATES[model] * (1 - k / passes))
    return W, C


@measured.over(model=("skip-gram", "CBOW"), passes=(1, 5, 20), seeds=range(3))
def calls_up(seed, model, passes) -> dict:
    """The share of partners among the ten nearest words, and the middle one of their places."""
    places = partners(plays()[0], learn(model, passes, seed)[0])
    return {"found": found_among(places), "median": float(np.median(places))}


@cache
def counted(window=WINDOW) -> np.ndarray:
    """How often each word stands near each other one (V, V)."""
    words, rows, _ = plays()
    return embedding.co_occurrences(rows, window, len(words))


@cache
def factored(D=D, power=1.0) -> np.ndarray:
    """Vectors (V, D) without any training: what is positive of the PMI, and its D strongest directions.

    With a power of 0.75 chance is what skip-gram's negatives are drawn from.
    """
    N = counted().sum(axis=0)
    raised = np.log(embedding.noise_distribution(N, power) * N.sum() / N)  # of the noise over P(o); 0 for a power of 1
    U, s, _ = np.linalg.svd(np.maximum(embedding.pmi(counted()) - raised, 0))
    return U[:, :D] * np.sqrt(s[:D])


# ─── GloVe: questions ────────────────────────────────────────────────────────────────────────────────────────────────

# The book's own pairs, chosen before any was asked. All words are among the 10,000.
KINDS = {
    "nationality": "australia australian, brazil brazilian, canada canadian, china chinese, egypt egyptian, france"
    " french, germany german, greece greek, india indian, ireland irish, italy italian, japan japanese, mexico mexican,"
    " poland polish, russia russian, spain spanish, sweden swedish, turkey turkish",
    "capital": "athens greece, baghdad iraq, beijing china, berlin germany, cairo egypt, havana cuba, kabul"
    " afghanistan, lisbon portugal, london england, madrid spain, moscow russia, oslo norway, ottawa canada, paris"
    " france, rome italy, stockholm sweden, tehran iran, tokyo japan, vienna austria, warsaw poland",
    "family": "actor actress, boy girl, brother sister, father mother, grandfather grandmother, he she, husband wife,"
    " king queen, man woman, men women, prince princess, son daughter, uncle aunt",
    "comparative": "big bigger, cheap cheaper, fast faster, good better, great greater, hard harder, high higher,"
    " large larger, long longer, low lower, old older, small smaller, strong stronger, weak weaker, wide wider, young"
    " younger",
    "plural": "bird birds, book books, car cars, child children, city cities, country countries, dog dogs, eye eyes,"
    " hand hands, horse horses, house houses, machine machines, mouse mice, night nights, road roads, student students,"
    " tree trees, woman women",
    "past": "bring brought, build built, buy bought, come came, find found, go went, hear heard, know knew, lose lost,"
    " make made, play played, run ran, say said, see saw, sell sold, take took, walk walked, write wrote",
    "currency": "america dollar, brazil real, britain pound, china yuan, europe euro, japan yen, korea won, mexico"
    " peso, thailand baht",
    "opposite": "black white, early late, easy difficult, fast slow, first last, full empty, good bad, happy sad, hot"
    " cold, left right, long short, old new, open closed, rich poor, strong weak, true false",
}


@cache
def glove() -> tuple[tuple[str, ...], np.ndarray, dict[str, int]]:
    """GloVe's words, their vectors (V, 100) in float64, and the number of each word."""
    words, vectors = texts.glove()
    return words, vectors.astype(np.float64), {word: i for i, word in enumerate(words)}


def numbers(words) -> np.ndarray:
    """The numbers of some of GloVe's words; a word that it has not is named."""
    known = glove()[2]
    for word in words:
        if word not in known:
            raise ValueError(f"words must be among GloVe's 10,000: got {word!r}")
    return np.array([known[word] for word in words])


def pairs_of(kind) -> np.ndarray:
    """The pairs of a kind as numbers (P, 2)."""
    return numbers(KINDS[kind].replace(",", "").split()).reshape(-1, 2)


def questions(kind) -> np.ndarray:
    """a is to b as c is to d: every pair with every other one, (Q, 4)."""
    pairs = pairs_of(kind)
    return np.array([[*p, *q] for p in pairs for q in pairs if p[0] != q[0]])


def answered(kind) -> dict:
    """How many questions of a kind are answered right: with the question's words excluded, and with all words allowed.

    Beside it the word nearest to c, which knows nothing of a and b; and how often the open answer is c itself.
    """
    vectors, (a, b, c, d) = glove()[1], questions(kind).T
    without = embedding.analogy(vectors, a, b, c)[:, 0]
    open_to_all = embedding.analogy(vectors, a, b, c, exclude=False)[:, 0]
    nearest = embedding.neighbors(vectors[c], vectors, 1, exclude=np.stack([a, b, c], axis=1))[0][:, 0]
    return {
        "questions": len(a),
        "excluded": int((without == d).sum()),
        "open": int((open_to_all == d).sum()),
        "nearest": int((nearest == d).sum()),
        "itself": int((open_to_all == c).sum()),
    }


@cache
def score() -> dict[str, dict]:
    """The answers to all questions, kind by kind; `all` is their sum."""
    found = {kind: answered(kind) for kind in KINDS}
    return found | {"all": {key: sum(row[key] for row in found.values()) for key in found["capital"]}}


def asked(a, b, c, k=5, exclude=True) -> list[str]:
    """a is to b as c is to what? The k best words of GloVe."""
    words, vectors, _ = glove()
    ids = embedding.analogy(vectors, *numbers([a, b, c])[:, None], k, exclude)[0]
    return [words[i] for i in ids]


def near(word, k=8, words=None, vectors=None) -> list[str]:
    """The k words nearest to one: of GloVe, or of other words and their vectors."""
    if words is None:
        words, vectors, _ = glove()
    at = list(words).index(word)
    ids, _ = embedding.neighbors(vectors[at], vectors, k, exclude=[at])
    return [words[i] for i in ids]


# ─── GloVe: bias ─────────────────────────────────────────────────────────────────────────────────────────────────────

# The words of Caliskan and others 2017, tests 6 and 7, that are among GloVe's 10,000 ("cousins" and "hers" are not).
CAREER = "executive management professional corporation salary office business career".split()
FAMILY = "home parents children family marriage wedding relatives".split()
MALE = "male man boy brother he him his son".split()
FEMALE = "female woman girl sister she her daughter".split()


def unit(words) -> np.ndarray:
    """Their vectors, made as long as 1."""
    vectors = glove()[1][numbers(words)]
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def leaning(words, A=MALE, B=FEMALE) -> np.ndarray:
    """s(w) = mean cosine with the words A − mean cosine with the words B."""
    return (unit(words) @ unit(A).T).mean(axis=1) - (unit(words) @ unit(B).T).mean(axis=1)


def effect_size(X=CAREER, Y=FAMILY, A=MALE, B=FEMALE) -> float:
    """WEAT's d: the difference of the two means of s, in standard deviations of all of them."""
    x, y = leaning(X, A, B), leaning(Y, A, B)
    return float((x.mean() - y.mean()) / np.concatenate([x, y]).std(ddof=1))


def by_chance(X=CAREER, Y=FAMILY, draws=20_000, seed=0) -> float:
    """The share of random splits of the same words that differ as much or more."""
    s, rng = np.concatenate([leaning(X), leaning(Y)]), np.random.default_rng(seed)
    gap = lambda s: s[..., : len(X)].mean(axis=-1) - s[..., len(X) :].mean(axis=-1)
    shuffled = rng.permuted(np.tile(s, (draws, 1)), axis=1)
    return float((gap(shuffled) >= gap(s) - 1e-12).mean())


JOBS = "nurse dancer actress designer teacher doctor soldier scientist engineer secretary captain boss".split()


def he_or_she(words=JOBS) -> np.ndarray:
    """The cosine of each word with he − she: above 0 it leans to he."""
    he, she = unit(["he", "she"])
    return unit(words) @ (he - she) / np.linalg.norm(he - she)


# ─── A map ───────────────────────────────────────────────────────────────────────────────────────────────────────────

# 216 words of twelve subjects, chosen by hand.
SUBJECTS = {
    "countries": "france germany italy spain russia china japan india brazil mexico canada egypt iran turkey sweden"
    " poland greece australia",
    "cities": "paris berlin rome madrid moscow beijing tokyo delhi london cairo tehran ankara stockholm warsaw athens"
    " sydney toronto chicago",
    "family": "father mother son daughter brother sister husband wife uncle aunt boy girl man woman king queen prince"
    " princess",
    "animals": "dog cat horse cow pig sheep bird fish lion tiger bear wolf snake mouse whale deer elephant fox",
    "food": "bread rice meat milk cheese butter sugar salt fruit apple wine beer coffee tea soup cake chocolate egg",
    "body": "head face eye ear nose mouth hand arm leg foot heart brain blood skin bone hair neck knee",
    "numbers": "one two three four five six seven eight nine ten eleven twelve twenty thirty fifty hundred thousand"
    " million",
    "time": "monday tuesday friday sunday january march june august winter spring summer autumn morning evening night"
    " week month year",
    "sport": "football soccer baseball basketball hockey tennis golf boxing goal score coach player league cup"
    " championship team race swimming",
    "music": "music song album band guitar piano jazz rock opera singer orchestra concert drums symphony"
    " rap dance composer choir",
    "money": "money bank market stock price tax trade profit loan debt dollar euro yen budget investment insurance"
    " credit income",
    "computers": "computer software internet microsoft google keyboard screen web digital network data program online"
    " video phone mobile server user",
}


def on_map() -> list[str]:
    """All words of the map, subject by subject."""
    return [word for words in SUBJECTS.values() for word in words.split()]


@cache
def flattened() -> tuple[np.ndarray, float]:
    """The words of the map in the two directions in which they differ most (N, 2), and the share of their variance."""
    vectors = unit(on_map())
    vectors = vectors - vectors.mean(axis=0)
    U, s, _ = np.linalg.svd(vectors, full_matrices=False)
    places = U[:, :2] * s[:2]
    return places * np.sign(places[0]), float((s[:2] ** 2).sum() / (s**2).sum())  # the first word to the upper right


def nearest_by_number(k=8) -> np.ndarray:
    """For each word of the map its k nearest others by the cosine in 100 numbers (N, k)."""
    vectors = unit(on_map())
    return embedding.neighbors(vectors, vectors, k, exclude=np.arange(len(vectors))[:, None])[0]


def nearest_on_map(k=8) -> np.ndarray:
    """For each word of the map its k nearest others on paper (N, k)."""
    places, _ = flattened()
    distance = ((places[:, None] - places) ** 2).sum(axis=2)
    np.fill_diagonal(distance, np.inf)
    return np.argsort(distance, axis=1, kind="stable")[:, :k]


def neighbours_kept(k=8) -> np.ndarray:
    """The share of each word's k nearest that are among the k nearest on the map, too (N,)."""
    a, b = nearest_by_number(k), nearest_on_map(k)
    return (a[:, :, None] == b[:, None]).any(axis=2).mean(axis=1)
