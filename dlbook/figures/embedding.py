"""What chapter 22 draws: windows, pushes and pulls, then what was measured."""

import numpy as np

from dlbook.experiments import embedding as lab
from dlbook.figures import C0, C1, C2, FOREGROUND, GRID, MUTED, Figure
from dlbook.figures._drawing import arrow, blank, box, cells, written


def look_up() -> Figure:
    """A one-hot row times a table is a row of the table."""
    hot, table = np.array([[0, 0, 1, 0]]), np.array([[2, 0, 1], [1, 1, 0], [0, 3, 2], [1, 2, 2]])
    figure = Figure(
        alt="The row 0 0 1 0 times a table of four rows and three columns gives 0 3 2, which is row 2 of the table.",
        caption="The product multiplies every row by 0 and one row by 1. So it picks row 2, counted from 0, and reading"
        " that row gives the same without any product.",
    )
    with figure.panel(width=5.6, height=2.0) as ax:
        blank(ax, 12.4, 4.4)
        cells(ax, 0.2, 2.7, hot, [[None, None, C1, None]])
        ax.text(4.75, 2.2, "·", ha="center", va="center", fontsize=16)
        cells(ax, 5.2, 4.2, table, [[C1 if i == 2 else None] * 3 for i in range(4)])
        ax.text(8.75, 2.2, "=", ha="center", va="center", fontsize=13)
        cells(ax, 9.2, 2.7, hot @ table, [[C1] * 3])
    return figure


SENTENCE = "the king and the queen of the fairies".split()


def windows() -> Figure:
    """One place of a sentence, seen by both models."""
    figure = Figure(
        alt="The sentence “the king and the queen of the fairies” twice, with queen in the middle of a window of two"
        " words on each side. In skip-gram four arrows lead from queen to its neighbours, in CBOW four lead to queen.",
        caption="A window of two words on each side. Skip-gram guesses each neighbour from the word in the middle, and"
        " makes four questions of it. CBOW guesses the middle from the mean of its neighbours, and makes one.",
    )
    for title, outward in (("Skip-gram", True), ("CBOW", False)):
        with figure.panel(title, width=5.6, height=1.6) as ax:
            blank(ax, 12.4, 3.0)
            centres = np.linspace(0.8, 11.4, len(SENTENCE))
            for i, (word, x) in enumerate(zip(SENTENCE, centres, strict=True)):
                ink = C1 if i == 4 else C0 if abs(i - 4) <= 2 else MUTED
                ax.text(x, 0.5, word, ha="center", va="center", color=ink, fontsize=12)
            for i in (2, 3, 5, 6):
                ends = ((centres[4], 0.9), (centres[i], 0.9)) if outward else ((centres[i], 0.9), (centres[4], 0.9))
                side = (1 if i < 4 else -1) * (1 if outward else -1)
                arrow(ax, *ends, FOREGROUND, bend=side * (0.75 if abs(i - 4) == 1 else 0.55))
    return figure


def push_and_pull(h=(1, 1), target=(1, 0), negative=(0, 1), lr=0.5) -> Figure:
    """One step: the word moves to its neighbour and away from the one that was drawn."""
    from dlbook.scratch import embedding

    C = np.array([target, negative], dtype=float)
    h = np.array([h], dtype=float)
    dh, dC = embedding.negative_sampling_grad(h, C, [0], [[1]])
    spot = lambda place: f"({', '.join(written(round(float(x), 2)) for x in place)})"
    after = [spot(place) for place in (*(h - lr * dh), *(C - lr * dC))]
    figure = Figure(
        alt=f"Arrows from the origin: the word at {spot(h[0])}, its neighbour at {spot(C[0])}, the drawn word at"
        f" {spot(C[1])}. After a step they lie at {', '.join(after)}.",
        caption="Full arrows before the step, dashed ones after it. The word and its neighbour turn towards each other."
        " The word that was drawn turns away from it.",
    )
    with figure.panel(width=4.0, height=3.4, xlim=(-0.6, 1.8), ylim=(-0.5, 1.5), aspect="equal") as ax:
        places = [("word h", h[0], dh[0], C1), ("neighbour", C[0], dC[0], C0), ("drawn word", C[1], dC[1], MUTED)]
        for name, old, grad, colour in places:
            ax.annotate("", old, (0, 0), arrowprops={"arrowstyle": "-|>", "color": colour, "lw": 2})
            new = old - lr * grad
            ax.annotate("", new, (0, 0), arrowprops={"arrowstyle": "-|>", "color": colour, "lw": 1.6, "ls": "--"})
            ax.text(*(old + ([0.1, -0.15] if name == "neighbour" else [0.06, 0.1])), name, color=colour)
        ax.axhline(0, color=GRID)
        ax.axvline(0, color=GRID)
    return figure


def learned(table) -> Figure:
    """The share of partners among the ten nearest, over the passes through the plays."""
    passes = sorted({row["passes"] for row in table.run.rows})
    models = ("skip-gram", "CBOW")
    means = {model: [table.of("found", model=model, passes=n).mean() for n in passes] for model in models}
    told = "; ".join(f"{m}: " + ", ".join(f"{x:.0%}" for x in means[m]) for m in models)
    figure = Figure(
        alt=f"Share of partners among the ten nearest words after {', '.join(map(str, passes))} passes. {told}.",
        caption="How many of the stated partners are among the ten nearest words, of 1,552 others. Dots are three"
        " seeds, lines their means.",
    )
    with figure.panel("Partners found", "passes over the plays", "among the ten nearest", width=4.4, height=3) as ax:
        for model, colour, style in zip(models, (C0, C1), ("o-", "s--"), strict=True):
            ax.plot(passes, means[model], style, color=colour, label=model, markersize=4)
            for n in passes:
                seen = table.of("found", model=model, passes=n)
                ax.plot([n] * len(seen), seen, ".", color=colour, alpha=0.6)
        ax.set_xscale("log")
        ax.set_xticks(passes, map(str, passes))
        ax.minorticks_off()
        ax.set(ylim=(0, 0.7))
    return figure


def kept_words(threshold=1e-3) -> Figure:
    """The chance to be kept over the share of the text: an exercise reads it."""
    shares = np.geomspace(1e-4, 0.1, 80)
    chance = np.minimum(1, np.sqrt(threshold / shares))
    figure = Figure(
        alt=f"Chance to be kept over the share of the text, with t = {threshold:g}. It is 1 up to a share of"
        f" {threshold:g}, 0.5 at {4 * threshold:g}, 0.25 at {16 * threshold:g}, and {np.sqrt(threshold / 0.1):.2f}"
        " at 0.1.",
        caption=f"The chance to be kept for t = {threshold:g}. Words up to that share always stay, and the most"
        " frequent ones are thinned most.",
    )
    with figure.panel("Subsampling", "share of the text", "chance to be kept", width=4.4, height=2.8) as ax:
        ax.plot(shares, chance)
        ax.set_xscale("log")
        ax.set(ylim=(0, 1.05))
    return figure


def scores(found) -> Figure:
    """Questions answered right by kind, in three ways."""
    kinds = [*lab.KINDS, "all"]
    ways = {"excluded": ("the three words excluded", C0), "open": ("all words allowed", C1)}
    ways["nearest"] = ("nearest to c alone", MUTED)
    share = {way: [found[kind][way] / found[kind]["questions"] for kind in kinds] for way in ways}
    told = "; ".join(
        f"{kind} {share['excluded'][i]:.0%}, {share['open'][i]:.0%}, {share['nearest'][i]:.0%}"
        for i, kind in enumerate(kinds)
    )
    figure = Figure(
        alt=f"Share of questions answered right by kind: with exclusion, without it, and by the word nearest to c."
        f" {told}.",
        caption="Full dots leave the question's three words out, as the papers do. Diamonds let every word win. Crosses"
        " do not calculate at all, and answer with the word nearest to c.",
    )
    with figure.panel("Answered right", width=4.6, height=3.6, xlim=(-0.03, 1.03)) as ax:
        for (way, (label, colour)), mark in zip(ways.items(), "oDx", strict=True):
            ax.plot(share[way], range(len(kinds)), mark, color=colour, label=label, markersize=6)
        ax.set_yticks(range(len(kinds)), kinds)
        ax.invert_yaxis()
        ax.legend(loc="upper center", bbox_to_anchor=(0.45, -0.1), ncols=1)
    return figure


def why_c_wins() -> Figure:
    """The point b − a + c lies nearer to c than to d: in round numbers."""
    a, b, c, d = np.array([[1.0, 3.0], [2.0, 3.4], [1.2, 0.6], [3.2, 0.3]])
    point = b - a + c
    near, far = (np.hypot(*(point - end)) for end in (c, d))
    figure = Figure(
        alt=f"Four words in a plane. The arrow from a to b is short, and starts again at c. Its tip lies {near:.1f}"
        f" from c and {far:.1f} from d.",
        caption="When b − a is short, c + (b − a) ends beside c, and c is nearer to it than d. Leaving c out is what"
        " lets d win.",
    )
    with figure.panel(width=4.2, height=3.0, xlim=(0.5, 3.5), ylim=(0, 4)) as ax:
        for name, place, colour in (("a", a, C0), ("b", b, C0), ("c", c, C0), ("d", d, C2)):
            ax.plot(*place, "o", color=colour)
            ax.text(*(place + [-0.02, 0.15]), name, color=colour)
        for start, end in ((a, b), (c, point)):
            arrow(ax, start, end, C1)
        ax.text(*(point + [0.02, 0.15]), "b − a + c", color=C1)
        ax.axis("off")
    return figure


def leanings() -> Figure:
    """How far the words of the test lean, and single jobs."""
    career, family, jobs = lab.leaning(lab.CAREER), lab.leaning(lab.FAMILY), lab.he_or_she()
    tell = lambda words, values: ", ".join(
        f"{w} {written(round(float(v), 2))}" for w, v in zip(words, values, strict=True)
    )
    figure = Figure(
        alt=f"Leaning to male or female words. Career: {tell(lab.CAREER, career)}. Family: {tell(lab.FAMILY, family)}."
        f" Along he − she: {tell(lab.JOBS, jobs)}.",
        caption="First the words of the test: those of a career (dots) lean to the male words, most of a family"
        " (diamonds) to the female ones. Then single jobs along he − she.",
    )
    with figure.panel("s(w), the test's words", "female ← 0 → male", width=3.9, height=3.6) as ax:
        rows = sorted(zip([*career, *family], [*lab.CAREER, *lab.FAMILY], strict=True))
        for i, (value, word) in enumerate(rows):
            ax.plot(value, i, "o" if word in lab.CAREER else "D", color=C0 if word in lab.CAREER else C1)
        ax.set_yticks(range(len(rows)), [word for _, word in rows], fontsize=9)
        ax.axvline(0, color=MUTED, lw=1)
    with figure.panel("cosine with he − she", "she ← 0 → he", width=3.9, height=3.6) as ax:
        rows = sorted(zip(jobs, lab.JOBS, strict=True))
        ax.plot([value for value, _ in rows], range(len(rows)), "o", color=C2)
        ax.set_yticks(range(len(rows)), [word for _, word in rows], fontsize=9)
        ax.axvline(0, color=MUTED, lw=1)
    return figure


def two_models() -> Figure:
    """What both nets compute, as boxes."""
    figure = Figure(
        alt="Two rows of boxes. Skip-gram: word v, row of W, products with rows of C, softmax or sigmoid, neighbour o."
        " CBOW: M neighbours, the mean of their rows of W, then the same.",
        caption="Both models have two tables and nothing else. They differ in where h comes from: one row, or the"
        " mean of several.",
    )
    with figure.panel(width=5.6, height=1.9) as ax:
        blank(ax, 12.4, 4.2)
        for y, first, second, last in (
            (3.2, "word v", "h = wᵥ", "neighbour o"),
            (1.0, "M\nneighbours", "h = mean\nof rows", "word v"),
        ):
            places = (1.4, 4.7, 8.0, 11.1)
            for x, words, colour in zip(
                places, (first, second, "scores h · c", last), (C0, FOREGROUND, FOREGROUND, C1), strict=True
            ):
                box(ax, x, y, 2.4, 1.2, words, colour)
            for x, z in zip(places, places[1:], strict=False):
                arrow(ax, (x + 1.22, y), (z - 1.22, y), MUTED)
    return figure


ARROWS = {"q": (2.0, 1.0), "a": (2.2, 1.9), "b": (0.9, 0.4), "c": (1.4, 1.3), "d": (2.6, 0.3)}  # of an exercise


def which_is_near() -> Figure:
    """Five arrows: an exercise asks which is nearest by the cosine."""
    figure = Figure(
        alt="Five arrows from the origin. " + " ".join(f"{n} ends at {x:g}, {y:g}." for n, (x, y) in ARROWS.items()),
        caption="Five words in two numbers. Which of a, b, c and d is nearest to q by the cosine?",
    )
    with figure.panel(width=4.0, height=3.2, xlim=(-0.2, 3), ylim=(-0.2, 2.3), aspect="equal") as ax:
        for name, place in ARROWS.items():
            colour = C1 if name == "q" else C0
            ax.annotate("", place, (0, 0), arrowprops={"arrowstyle": "-|>", "color": colour, "lw": 2})
            ax.text(place[0] + 0.05, place[1] - (0.12 if name == "b" else -0.03), name, color=colour)
    return figure


# How far a name on the map stands from the middle of its subject, or from its word, where it would lie upon others.
APART = {"cities": (0.03, 0.09), "time": (0.14, 0.01), "countries": (0.06, -0.08), "numbers": (-0.03, -0.05),
         "sport": (-0.04, 0.04), "music": (-0.08, -0.02), "family": (0.02, 0.06), "body": (0.02, 0.04)}  # fmt: skip
NAMED = {"turkey": (-0.12, 0.02), "apple": (0.06, -0.04), "king": (0.09, 0.04), "bank": (0.09, -0.02)}


def map_of_words() -> Figure:
    """The map, its subjects in three colours and signs, and a few words by name."""
    (places, share), words = lab.flattened(), lab.on_map()
    figure = Figure(
        alt=f"216 words in two directions, which keep {share:.0%} of their variance. Countries and cities lie on the"
        " right, family words and music above, money and computers below, animals, food and the body on the left.",
        caption=f"216 words of twelve subjects in the two directions in which they differ most. These keep"
        f" {share:.0%} of the variance. Three subjects share a sign, each in a colour of its own. They"
        " lie in regions, and the regions overlap.",
    )
    with figure.panel(width=4.6, height=4.4) as ax:
        for k, name in enumerate(lab.SUBJECTS):
            rows = slice(18 * k, 18 * k + 18)
            ax.plot(*places[rows].T, "oDs^"[k // 3 % 4], color=(C0, C1, C2)[k % 3], markersize=4, alpha=0.5)
            middle = np.median(places[rows], axis=0) + APART.get(name, (0, 0))
            ax.text(*middle, name, ha="center", weight="bold", fontsize=10)
        for word, apart in NAMED.items():
            place = places[words.index(word)]
            ax.annotate(word, place, place + apart, fontsize=9.5, arrowprops={"arrowstyle": "-", "color": MUTED})
        ax.set_xticks([])
        ax.set_yticks([])
    return figure
