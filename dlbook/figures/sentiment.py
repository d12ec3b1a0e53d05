"""What chapter 23 draws: the way of a sentence into a net, then what was measured, and where it goes wrong."""

import numpy as np

from dlbook.experiments import sentiment as lab
from dlbook.figures import C0, C1, C2, FOREGROUND, GRID, MUTED, Figure
from dlbook.figures._drawing import arrow, blank, box, cells, written

BATCH = ("a good film", "not bad at all", "dull")  # of the drawings


def strategy() -> Figure:
    """From a text to a score, in five boxes."""
    figure = Figure(
        alt="Five boxes below each other, joined by arrows: the text “Not bad at all”; its words not, bad, at, all;"
        " their numbers 6, 5, 9, 10; the same numbers with padding to six places and a mask; and a model with a score.",
        caption="The strategy. A text is cut into words, each word becomes a number, and several texts are filled up to"
        " one length so that they fit into one array. Only the last box is a model. The numbers are those"
        " of some vocabulary.",
    )
    with figure.panel(width=3.6, height=4.1) as ax:
        blank(ax, 7.2, 8.4)
        boxes = (
            "“Not bad at all”",
            "not | bad | at | all",
            "6   5   9   10",
            "6  5  9  10  0  0\n1  1  1   1   0  0",
            "model",
        )
        names = ("text", "tokens", "numbers", "padding,\nmask", "score")
        levels = (7.9, 6.2, 4.5, 2.6, 0.6)
        tall = (0.9, 0.9, 0.9, 1.3, 0.9)
        for y, high, inside, name in zip(levels, tall, boxes, names, strict=True):
            box(ax, 4.6, y, 4.6, high, inside, C0 if name == "score" else FOREGROUND)
            ax.text(0.1, y, name, ha="left", va="center", color=MUTED)
        for i in range(4):
            arrow(ax, (4.6, levels[i] - tall[i] / 2), (4.6, levels[i + 1] + tall[i + 1] / 2), MUTED)
    return figure


def batch() -> Figure:
    """Three sentences in one array, and the mask beside it."""
    said = [sentence.split() for sentence in BATCH]
    longest = max(map(len, said))
    filled = [[*words, *["·"] * (longest - len(words))] for words in said]
    mask = [[int(word != "·") for word in row] for row in filled]
    figure = Figure(
        alt="Three rows of four cells: a good film and one empty; not bad at all; dull and three empty. Beside it the"
        " mask, 1 1 1 0, 1 1 1 1, 1 0 0 0.",
        caption="Three sentences in one array (N, T). The dots are padding, which is the number 0. The mask says which"
        " places hold a word.",
    )
    tint = lambda colour: [[colour if known else None for known in row] for row in mask]
    with figure.panel("words", width=3.0, height=2.0) as ax:
        blank(ax, 4.4, 3.4)
        cells(ax, 0.2, 3.2, filled, tint(C0))
    with figure.panel("mask", width=3.0, height=2.0) as ax:
        blank(ax, 4.4, 3.4)
        cells(ax, 0.2, 3.2, mask, tint(C2))
    return figure


def architecture() -> Figure:
    """The two nets: a table, then an LSTM or a mean, then one unit."""
    figure = Figure(
        alt="Left, three words go up through the embedding into three LSTM cells that hand a state to the right; the"
        " last state goes into one unit. Right, the same three vectors go into their mean, and the mean into one unit.",
        caption="Both nets have the same first and last layer. Between them stands an LSTM, which reads the vectors in"
        " their order, or their mean, which has forgotten it.",
    )
    for title, lstm in (("embedding, LSTM, one unit", True), ("embedding, mean, one unit", False)):
        with figure.panel(title, width=3.4, height=3.0) as ax:
            blank(ax, 6.2, 5.6)
            places = (1.1, 3.1, 5.1)
            for x, word in zip(places, ("not", "bad", "."), strict=True):
                ax.text(x, 0.3, word, ha="center", va="center")
                arrow(ax, (x, 0.55), (x, 1.0), MUTED)
                box(ax, x, 1.4, 1.5, 0.75, "vector")
                if lstm:
                    arrow(ax, (x, 1.8), (x, 2.4), MUTED)
                    box(ax, x, 2.8, 1.5, 0.75, "LSTM", C0)
                else:
                    arrow(ax, (x, 1.8), (3.1 + (x - 3.1) / 3, 2.4), MUTED)
            if lstm:
                for a, b in zip(places, places[1:], strict=False):
                    arrow(ax, (a + 0.75, 2.8), (b - 0.75, 2.8), C0)
            else:
                box(ax, 3.1, 2.8, 1.9, 0.75, "mean", C0)
            last = 5.1 if lstm else 3.1
            arrow(ax, (last, 3.2), (last, 3.9), MUTED)
            box(ax, last, 4.3, 1.7, 0.75, "w · h + b", C1)
            ax.text(last, 5.2, "score", ha="center", va="center")
    return figure


def heaviest(count=10) -> Figure:
    """The words with the largest log odds on both sides, of those that come fifty times at least."""
    own = lab.split(0)
    rows, y = own.of(own.learn)
    often = np.bincount(np.concatenate(rows).astype(np.intp), minlength=len(own.vocabulary)) >= 50
    words, (_, weights) = list(own.vocabulary), lab.bayes(0)
    order = np.flatnonzero(often)[np.argsort(weights[often])]
    some = [*order[:count], *order[-count:]]
    tell = lambda ids: ", ".join(f"{words[i]} {written(round(float(weights[i]), 1))}" for i in ids)
    figure = Figure(
        alt=f"Log odds of words. Lowest: {tell(order[:count])}. Highest: {tell(order[-count:])}.",
        caption="The ten strongest words on each side, of those that come fifty times or more. The model was told no"
        " meanings. It has only counted.",
    )
    with figure.panel(width=5.0, height=4.4, xlabel="log P(v | good) − log P(v | bad)") as ax:
        ax.axvline(0, color=MUTED, lw=1)
        colours = [C1 if weights[i] < 0 else C0 for i in some]
        ax.barh(range(len(some)), weights[some], color=colours, alpha=0.7)
        ax.set_yticks(range(len(some)), [words[i] for i in some], fontsize=9)
    return figure


BARS = {"prior": -0.2, "slow": -1.2, "but": 0.4, "lovely": 1.5, ".": 0.1}  # of an exercise


def read_the_bars() -> Figure:
    """What each word of a sentence brings to its score: an exercise adds up."""
    figure = Figure(
        alt=f"Bars to the left and to the right of 0. {', '.join(f'{w} {written(v)}' for w, v in BARS.items())}.",
        caption="The prior, and the words of “slow but lovely .”, with their parts in a score. What is the score?",
    )
    with figure.panel(width=4.4, height=2.2, xlabel="log P(v | good) − log P(v | bad)", xlim=(-1.7, 1.9)) as ax:
        ax.axvline(0, color=MUTED, lw=1)
        ax.barh(range(len(BARS)), BARS.values(), color=[C1 if v < 0 else C0 for v in BARS.values()], alpha=0.7)
        for i, value in enumerate(BARS.values()):
            side = {"ha": "right", "x": value - 0.05} if value < 0 else {"ha": "left", "x": value + 0.05}
            ax.text(y=i, s=written(value), va="center", **side)
        ax.set_yticks(range(len(BARS)), BARS)
        ax.invert_yaxis()
    return figure


def _dots(ax, names, seen) -> None:
    """A row of dots for each name, and a stroke at their mean."""
    for i, values in enumerate(seen):
        ax.plot(100 * values, [i] * len(values), "o", color=C0, alpha=0.7, markersize=5)
        ax.plot([100 * values.mean()] * 2, [i - 0.25, i + 0.25], color=C1, lw=2)
    ax.set_yticks(range(len(names)), names)
    ax.set_ylim(len(names) - 0.5, -0.5)


def judged(table) -> Figure:
    """The three models on five splits."""
    seen = [table.of("right", model=model) for model in lab.MODELS]
    told = "; ".join(
        f"{m} {v.min():.1%} to {v.max():.1%}, mean {v.mean():.1%}" for m, v in zip(lab.MODELS, seen, strict=True)
    )
    figure = Figure(
        alt=f"Share right on five splits: {told}.",
        caption="Each dot is one split of the sentences, and each stroke the mean of the five. The three overlap, and"
        " the split moves each of them by one to two points.",
    )
    with figure.panel("Unseen sentences", "% right", width=4.8, height=2.0, xlim=(76, 84)) as ax:
        _dots(ax, lab.MODELS, seen)
    return figure


def padded(table) -> Figure:
    """What a forgotten mask costs."""
    rows = [("mean", True), ("mean", False), ("LSTM", True), ("LSTM", False)]
    names = [f"{reads}, {'with' if masked else 'without'} the mask" for reads, masked in rows]
    seen = [table.of("right", reads=reads, masked=masked) for reads, masked in rows]
    told = "; ".join(f"{name} {', '.join(f'{x:.1%}' for x in v)}" for name, v in zip(names, seen, strict=True))
    figure = Figure(
        alt=f"Share right on three splits, every sentence padded to {lab.longest()} places: {told}.",
        caption=f"Every sentence is padded to {lab.longest()} places, the length of the longest. A dot is a split, a"
        " stroke the mean of three.",
    )
    with figure.panel("Unseen sentences", "% right", width=4.8, height=2.3, xlim=(45, 84)) as ax:
        _dots(ax, names, seen)
    return figure


def not_before(good, bad, of_bag) -> Figure:
    """What "not" does to the score before each word, by an LSTM and by a bag."""
    tell = lambda words, v: ", ".join(f"{w} {written(round(float(x), 2))}" for w, x in zip(words, v, strict=True))
    figure = Figure(
        alt=f"What “not” adds to the score. Bag: {of_bag:.2f} before every word. LSTM before praise:"
        f" {tell(lab.GOOD, good)}. Before blame: {tell(lab.BAD, bad)}.",
        caption="A dot is a word, and shows by how much “not” moves the score of “the film is … .”. The bag moves it by"
        " the same before every word, the line. A reader of English would have the lower dots right of 0.",
    )
    with figure.panel("“not” before …", "what it adds to the score", width=5.0, height=2.4, xlim=(-2.4, 1)) as ax:
        rng = np.random.default_rng(0)
        for level, values, colour in ((1, good, C0), (0, bad, C1)):
            ax.plot(values, level + rng.uniform(-0.2, 0.2, len(values)), "o", color=colour, markersize=5, alpha=0.8)
        ax.axvline(of_bag, color=MUTED, lw=1.4)
        ax.axvline(0, color=GRID, lw=1)
        ax.text(of_bag + 0.04, 0.5, "the bag", color=FOREGROUND, va="center")
        ax.set_yticks((0, 1), ("bad, dull …", "good, funny …"))
        ax.set_ylim(-0.5, 1.5)
    return figure


def word_parts(sentence) -> Figure:
    """A sentence, word by word: by occlusion, and by gradient times input."""
    words, taken, slopes = lab.parts(sentence)
    tell = "; ".join(
        f"{w} {written(round(float(a), 2))} and {written(round(float(b), 2))}"
        for w, a, b in zip(words, taken, slopes, strict=True)
    )
    figure = Figure(
        alt=f"The part of each word by occlusion and by gradient times input. {tell}.",
        caption="Full bars show what the score loses without the word, open ones what its slope says. They agree on the"
        " sign of every larger part, and less on the sizes.",
    )
    with figure.panel("Parts in the LSTM's score", width=5.0, height=0.9 + 0.3 * len(words)) as ax:
        at = np.arange(len(words))
        ax.barh(at - 0.2, taken, 0.36, color=[C0 if v > 0 else C1 for v in taken], label="occlusion")
        ax.barh(at + 0.2, slopes, 0.36, fill=False, edgecolor=FOREGROUND, label="gradient · input")
        ax.axvline(0, color=MUTED, lw=1)
        ax.set_yticks(at, words)
        ax.invert_yaxis()
    return figure
