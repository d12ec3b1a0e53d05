"""What chapter 25 draws: a bottleneck and a way round it, then what was measured."""

import numpy as np

from dlbook.experiments.attention import LENGTHS, counterparts
from dlbook.experiments.attention_looks import TREE
from dlbook.figures import C0, C1, C2, C3, FOREGROUND, GRID, MUTED, Figure
from dlbook.figures._drawing import arrow, blank, box, written

LOW = "₁₂₃₄₅₆₇₈₉"
HALF = 0.26  # of a box
READ, WRITE = "forty two".split(), "zwei und vierzig".split()


def _row(ax, places, level, names, colour, width=0.7) -> None:
    """Boxes side by side with an arrow from each to the next."""
    for x, name in zip(places, names, strict=True):
        box(ax, x, level, width, 2 * HALF, name, colour)
    for left, right in zip(places, places[1:], strict=False):
        arrow(ax, (left + width / 2, level), (right - width / 2, level), colour)


def bottleneck() -> Figure:
    """An encoder and a decoder with one arrow between them."""
    figure = Figure(
        alt="On the left two boxes h₁ and h₂ read forty and two. One arrow leads from h₂ to the first of three boxes on"
        " the right, which write zwei, und, vierzig.",
        caption="The encoder on the left reads, the decoder on the right writes. Everything that the decoder knows of"
        " the English text has to pass through one arrow, the last state.",
    )
    with figure.panel(width=5.8, height=2.3) as ax:
        blank(ax, 8.0, 3.1)
        reads, writes = [0.8, 2.2], [4.4, 5.9, 7.4]
        _row(ax, reads, 1.5, ["h₁", "h₂"], C0)
        _row(ax, writes, 1.5, ["d₁", "d₂", "d₃"], C2)
        arrow(ax, (2.55, 1.5), (4.05, 1.5), C1)
        ax.text(3.3, 1.68, "64 numbers", ha="center", va="bottom", color=C1)
        for x, word in zip(reads, READ, strict=True):
            ax.text(x, 0.4, word, ha="center", va="center")
            arrow(ax, (x, 0.6), (x, 1.24), MUTED)
        for x, before, word in zip(writes, ["<start>", *WRITE], WRITE, strict=False):
            ax.text(x, 0.4, before, ha="center", va="center", color=MUTED)
            ax.text(x, 2.7, word, ha="center", va="center")
            arrow(ax, (x, 0.6), (x, 1.24), MUTED)
            arrow(ax, (x, 1.76), (x, 2.48), MUTED)
    return figure


HAND = {  # of the examples by hand
    "query": np.array([1.0, 2.0]),
    "key": np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]]),
    "value": np.array([[1.0, 0.0], [0.0, 1.0], [1.0, -1.0]]),
}


def mechanism() -> Figure:
    """A query meets three keys; the weights that come of it mix three values."""
    z = HAND["key"] @ HAND["query"]
    p = np.exp(z) / np.exp(z).sum()
    c = p @ HAND["value"]
    pair = lambda v: f"({written(round(float(v[0]), 2))}, {written(round(float(v[1]), 2))})"
    weights = [f"{x:.3f}" for x in p]
    figure = Figure(
        alt=f"A query {pair(HAND['query'])} above three columns. Each column has a key, a score, a weight and a value."
        f" The scores are 1, 2, 3, the weights {', '.join(weights)}. The values, mixed in these shares, give the"
        f" context {pair(c)}.",
        caption="Each column is a word that was read. The query meets every key, and softmax makes shares of the"
        " scores. The context takes a share of every value, drawn as tall as its weight.",
    )
    with figure.panel(width=5.8, height=3.5) as ax:
        blank(ax, 8.2, 5.0)
        places = [1.9, 3.7, 5.5]
        box(ax, 3.7, 4.6, 2.3, 0.56, f"query {pair(HAND['query'])}", C2)
        for x, k, v, score, weight in zip(places, HAND["key"], HAND["value"], z, p, strict=True):
            arrow(ax, (3.7 + 0.45 * (x - 3.7), 4.3), (x, 3.72), C2)
            box(ax, x, 3.45, 1.3, 0.5, pair(k), C0)
            arrow(ax, (x, 3.2), (x, 2.75), MUTED)
            ax.text(x, 2.55, written(float(score)), ha="center", va="center")
            ax.bar(x, weight, bottom=1.42, width=0.5, color=C1, alpha=0.8)
            ax.text(x + 0.34, 1.42 + weight / 2, f"{weight:.3f}", ha="left", va="center", color=C1)
            box(ax, x, 1.05, 1.3, 0.5, pair(v), C3)
            arrow(ax, (x, 0.8), (3.7 + 0.55 * (x - 3.7), 0.52), MUTED)
        box(ax, 3.7, 0.26, 2.9, 0.5, f"context {pair(c)}", FOREGROUND)
        for level, name in ((3.45, "keys"), (2.55, "scores"), (1.75, "weights"), (1.05, "values")):
            ax.text(0.1, level, name, ha="left", va="center", color=MUTED)
        ax.text(6.4, 2.55, "query · key", ha="left", va="center", color=MUTED, fontsize=9)
        ax.text(6.6, 1.75, "softmax", ha="left", va="center", color=MUTED, fontsize=9)
    return figure


def two_scores() -> Figure:
    """Two ways from a query and a key to one number."""
    figure = Figure(
        alt="On the left q and k meet in a circle with a dot and give z. On the right q goes through W_q and k through"
        " W_k, both meet in a plus, go through tanh and through w_v, and give z.",
        caption="The dot product has no weights of its own, and both lists need the same length. The additive score is"
        " a small net with one hidden layer, and its lists may have any lengths.",
    )
    with figure.panel("dot product", width=2.5, height=2.2) as ax:
        blank(ax, 3.2, 3.0)
        for y, name, colour in ((2.3, "q", C2), (0.7, "k", C0)):
            box(ax, 0.5, y, 0.6, 0.5, name, colour)
            arrow(ax, (0.8, y), (1.55, 1.5 + (0.15 if y > 1 else -0.15)), MUTED)
        box(ax, 1.85, 1.5, 0.6, 0.56, "·", FOREGROUND)
        arrow(ax, (2.15, 1.5), (2.7, 1.5), MUTED)
        ax.text(2.9, 1.5, "z", ha="center", va="center")
    with figure.panel("additive", width=4.8, height=2.2) as ax:
        blank(ax, 6.4, 3.0)
        for y, name, weight, colour in ((2.3, "q", "W_q", C2), (0.7, "k", "W_k", C0)):
            box(ax, 0.5, y, 0.6, 0.5, name, colour)
            arrow(ax, (0.8, y), (1.2, y), MUTED)
            box(ax, 1.6, y, 0.8, 0.5, weight, FOREGROUND)
            arrow(ax, (2.0, y), (2.62, 1.5 + (0.15 if y > 1 else -0.15)), MUTED)
        for x, name in ((2.9, "+"), (4.0, "tanh"), (5.1, "w_v")):
            box(ax, x, 1.5, 0.56 if name == "+" else 0.75, 0.56, name, FOREGROUND)
            arrow(ax, (x + (0.28 if name == "+" else 0.38), 1.5), (x + 0.72, 1.5), MUTED)
        ax.text(6.0, 1.5, "z", ha="center", va="center")
    return figure


def looking_back() -> Figure:
    """The first step of a decoder that looks at the states of an encoder."""
    figure = Figure(
        alt="Two boxes h₁ and h₂ read forty and two. From both an arrow leads up to a box attention. The box d₁ of the"
        " decoder sends its state there as the query. The context and d₁ together go into a box softmax, which writes"
        " zwei.",
        caption="The first step of a decoder that looks back. Its state is the query, and the encoder's states are keys"
        " and values. Context and state stand side by side, and a linear layer turns both into scores of words.",
    )
    with figure.panel(width=5.4, height=3.0) as ax:
        blank(ax, 7.4, 4.1)
        _row(ax, [0.8, 2.4], 1.2, ["h₁", "h₂"], C0)
        _row(ax, [4.6, 6.4], 1.2, ["d₁", "d₂"], C2)
        arrow(ax, (2.75, 1.2), (4.25, 1.2), MUTED)
        box(ax, 1.6, 2.5, 2.2, 0.56, "attention", C1)
        box(ax, 4.6, 3.2, 2.0, 0.56, "linear, softmax", FOREGROUND)
        for x, word in zip((0.8, 2.4, 4.6, 6.4), ("forty", "two", "<start>", "zwei"), strict=True):
            ax.text(x, 0.25, word, ha="center", va="center", color=FOREGROUND if x < 3 else MUTED)
            arrow(ax, (x, 0.45), (x, 0.94), MUTED)
        for x in (0.8, 2.4):
            arrow(ax, (x, 1.46), (x, 2.22), C0)
        arrow(ax, (4.3, 1.46), (2.7, 2.4), C2)
        arrow(ax, (4.6, 1.46), (4.6, 2.92), C2)
        arrow(ax, (2.7, 2.62), (3.6, 3.1), C1)
        arrow(ax, (4.6, 3.48), (4.6, 3.78), MUTED)
        ax.text(3.35, 1.72, "query", ha="left", va="center", color=C2, fontsize=9)
        ax.text(2.75, 3.05, "context", ha="center", va="center", color=C1, fontsize=9)
        ax.text(4.6, 3.92, "zwei", ha="center", va="center")
    return figure


NAMES = {"none": "without attention", "dot": "dot product", "additive": "additive"}


def by_length(table, looks=tuple(NAMES)) -> Figure:
    """The share of right translations by how many words have to be written."""
    spans = [f"{low} to {high}" if high < 30 else f"{low} to 24" for low, high in LENGTHS.values()]
    means = {look: [table.of(span, look=look).mean() for span in LENGTHS] for look in looks}
    told = "; ".join(
        f"{NAMES[look]}: " + ", ".join(f"{span} words {m:.0%}" for span, m in zip(spans, means[look], strict=True))
        for look in looks
    )
    figure = Figure(
        alt=f"Share of unseen numbers that are right, by the number of French words. {told}.",
        caption="How many unseen numbers are translated without a single wrong word, by the length of the French text."
        " Dots are three seeds, lines their means.",
    )
    with figure.panel(xlabel="words to write, the stop included", ylabel="right", ylim=(-0.03, 1.05), width=4.8) as ax:
        for colour, look in zip((C1, C0, C2), NAMES, strict=True):
            if look in looks:
                ax.plot(range(3), means[look], color=colour, label=NAMES[look])
                for i, span in enumerate(LENGTHS):
                    seeds = table.of(span, look=look)
                    ax.plot([i] * len(seeds), seeds, "o", color=colour, markersize=4)
        ax.set_xticks(range(3), spans)
        ax.legend(loc="center right")
    return figure


def scaling(sizes, found) -> Figure:
    """What happens to products and to weights when vectors get longer."""
    told = ", ".join(f"d = {d}: {v:.1f}" for d, v in zip(sizes, found["variance"], strict=True))
    weights = ", ".join(
        f"d = {d}: {a:.2f} and {b:.2f}" for d, a, b in zip(sizes, found["plain"], found["scaled"], strict=True)
    )
    figure = Figure(
        alt=f"Left, the variance of q · k over d lies on a straight line: {told}. Right, the largest of ten weights,"
        f" plain and divided by √d: {weights}.",
        caption="Queries and keys of d normal numbers. On the left, dots are measured and the line is d. On the right,"
        " the largest of ten weights climbs towards 1, and it hardly moves once the scores are divided by √d.",
    )
    with figure.panel(xlabel="d", ylabel="variance of q · k", width=3.6, xscale="log", yscale="log") as ax:
        ax.plot(sizes, sizes, color=GRID, linewidth=1.5)
        ax.plot(sizes, found["variance"], "o", color=C0, markersize=5)
        _powers(ax, sizes)
    with figure.panel(xlabel="d", ylabel="largest of ten weights", width=3.6, xscale="log", ylim=(0, 1.03)) as ax:
        ax.plot(sizes, found["plain"], "o-", color=C1, markersize=4, label="q · k")
        ax.plot(sizes, found["scaled"], "o-", color=C2, markersize=4, label="q · k / √d")
        _powers(ax, sizes)
        ax.legend(loc="center right")
    return figure


def _powers(ax, sizes) -> None:
    ax.set_xticks(sizes, [str(d) for d in sizes])
    ax.minorticks_off()


def alignment(shown, caption, marked=()) -> Figure:
    """The weights of one translation, a row for each word that was written; `marked` cells (t, s) have a rim."""
    most = [f"{w} at {shown.read[p.argmax()]} {p.max():.2f}" for w, p in zip(shown.written, shown.weights, strict=True)]
    figure = Figure(
        alt=f"A map with a column for each word of “{' '.join(shown.read)}”, and a row for each word that was written."
        f" The largest weight of each: {', '.join(most)}.",
        caption=caption,
    )
    T, S = shown.weights.shape
    with figure.panel(width=1.5 + 0.37 * S, height=1.1 + 0.27 * T) as ax:
        ax.grid(False)
        for t, s in np.ndindex(T, S):
            if shown.weights[t, s] > 0.01:
                ax.bar(s, 0.92, bottom=t - 0.46, width=0.92, color=C0, alpha=round(float(shown.weights[t, s]), 2))
        for t, s in marked:
            left, low = s - 0.47, t - 0.47
            ax.plot([left, s + 0.47, s + 0.47, left, left], [low, low, t + 0.47, t + 0.47, low], color=C1, lw=1.8)
        ax.set_xticks(range(S), shown.read, rotation=55, ha="right", rotation_mode="anchor")
        ax.set_yticks(range(T), shown.written)
        ax.set(xlim=(-0.6, S - 0.4), ylim=(T - 0.4, -0.6))
    return figure


def counterpart_cells(shown) -> list[tuple[int, int]]:
    """For each German word the cell of the English one that it translates."""
    return [(t, s) for t, s in enumerate(counterparts(shown.read, shown.written)) if s >= 0]


def taught_and_free(table) -> Figure:
    """Words that are right with the truth before them and with the net's own words, and whole texts."""
    steps = [row["steps"] for row in table.run.rows]
    rows = {"forced": "words, taught", "free": "words, on its own", "right": "whole texts"}
    means = {name: [table.of(name, steps=k).mean() for k in steps] for name in rows}
    told = "; ".join(f"{rows[n]}: " + ", ".join(f"{m:.0%}" for m in means[n]) for n in rows)
    figure = Figure(
        alt=f"Shares that are right after {', '.join(map(str, steps))} steps. {told}.",
        caption="A translator into German after three lengths of training. While it still errs, it errs more often on"
        " its own words than on the true ones. Dots are three seeds.",
    )
    with figure.panel(xlabel="steps of training", ylabel="right", ylim=(-0.03, 1.05), width=4.8) as ax:
        for colour, (name, label) in zip((C2, C1, C0), rows.items(), strict=True):
            ax.plot(range(len(steps)), means[name], color=colour, label=label)
            for i, k in enumerate(steps):
                seeds = table.of(name, steps=k)
                ax.plot([i] * len(seeds), seeds, "o", color=colour, markersize=4)
        ax.set_xticks(range(len(steps)), [f"{k:,}" for k in steps])
        ax.legend(loc="lower right")
    return figure


def tree() -> Figure:
    """Two steps of a small language, in which the likeliest first word does not begin the likeliest text."""
    figure = Figure(
        alt="From the start it has 0.6 and he 0.4. After it both is and was have 0.5, and the texts 0.30 each. After"
        " he, is has 0.9 and was 0.1, and the texts have 0.36 and 0.04.",
        caption="Greedy choice takes “it”, and whatever follows ends at 0.30. A beam of two keeps “he” as well, and"
        " finds the text with 0.36.",
    )
    with figure.panel(width=5.0, height=2.6) as ax:
        blank(ax, 7.2, 3.7)
        ax.text(0.5, 1.85, "start", ha="center", va="center")
        for word, y in (("it", 2.75), ("he", 0.95)):
            first = TREE["<start>"][word]
            arrow(ax, (0.85, 1.85 + 0.1 * (y - 1.85)), (2.1, y), MUTED)
            box(ax, 2.6, y, 0.9, 0.5, word, C0)
            side = {"ha": "center", "color": MUTED}
            ax.text(1.3, 1.85 + (0.5 if y > 1.85 else -0.5), f"{first:g}", va="bottom" if y > 1.85 else "top", **side)
            for after, up in (("is", 0.42), ("was", -0.42)):
                best = word == "he" and after == "is"
                colour = C1 if best else MUTED
                arrow(ax, (3.05, y), (4.35, y + up), colour)
                box(ax, 4.85, y + up, 0.95, 0.46, after, C1 if best else C0)
                chance, above = f"{TREE[word][after]:g}", up > 0
                ax.text(3.65, y + (0.27 if above else -0.27), chance, va="bottom" if above else "top", **side)
                ax.text(5.55, y + up, f"{first * TREE[word][after]:.2f}", ha="left", va="center", color=colour)
    return figure


def searched(table) -> Figure:
    """What a beam gains over greedy choice, by how long the net has been trained."""
    steps = [row["steps"] for row in table.run.rows]
    rows = {"right": "greedy", "beam_2_0": "beam of 2", "beam_5_0": "beam of 5"}
    means = {name: [table.of(name, steps=k).mean() for k in steps] for name in rows}
    told = "; ".join(f"{rows[n]}: " + ", ".join(f"{m:.1%}" for m in means[n]) for n in rows)
    figure = Figure(
        alt=f"Bars of whole texts that are right after {', '.join(map(str, steps))} steps. {told}.",
        caption="Whole texts that are right, by training and width of the beam, means of three seeds with the seeds as"
        " dots. Where nearly all texts are right already, a beam changes next to nothing.",
    )
    with figure.panel(xlabel="steps of training", ylabel="right", ylim=(0, 1.05), width=4.8) as ax:
        for j, (colour, (name, label)) in enumerate(zip((C0, C2, C1), rows.items(), strict=True)):
            places = [i + 0.27 * (j - 1) for i in range(len(steps))]
            ax.bar(places, means[name], width=0.25, color=colour, alpha=0.75, label=label)
            for x, k in zip(places, steps, strict=True):
                seeds = table.of(name, steps=k)
                ax.plot([x] * len(seeds), seeds, "o", color=FOREGROUND, markersize=3)
        ax.set_xticks(range(len(steps)), [f"{k:,}" for k in steps])
        ax.legend(loc="upper left")
    return figure


MAP = np.array([[0.1, 0.8, 0.1], [0.7, 0.2, 0.1], [0.05, 0.15, 0.8]])  # of the exercise


def read_the_map() -> Figure:
    """A map of three words by three, to be read."""
    read, write = ["the", "red", "house"], ["first", "second", "third"]
    told = "; ".join(f"{w}: " + ", ".join(f"{x:g}" for x in row) for w, row in zip(write, MAP, strict=True))
    figure = Figure(
        alt=f"A map of weights with a column for each of {', '.join(read)} and a row for each word written. {told}.",
        caption="The weights of three steps over three words that were read.",
    )
    with figure.panel(width=3.4, height=2.4) as ax:
        ax.grid(False)
        for t, s in np.ndindex(3, 3):
            ax.bar(s, 0.92, bottom=t - 0.46, width=0.92, color=C0, alpha=float(MAP[t, s]) / 2)
            ax.text(s, t, f"{MAP[t, s]:g}", ha="center", va="center")
        ax.set_xticks(range(3), read)
        ax.set_yticks(range(3), write)
        ax.set(xlim=(-0.6, 2.6), ylim=(2.6, -0.6))
    return figure
