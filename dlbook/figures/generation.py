"""What chapter 24 draws: a net that says what comes next, its training, its draws, and what was measured."""

import numpy as np

from dlbook.exercises.generation import CURVE
from dlbook.experiments import generation as lab
from dlbook.figures import C0, C1, C2, FOREGROUND, GRID, MUTED, Figure
from dlbook.figures._drawing import arrow, blank, box
from dlbook.scratch import generation
from dlbook.scratch.activations import softmax

WORD = "Caesar"


def _net(ax, inputs, answers, every=True, x0=0.8, gap=1.55):
    """A row of states that read characters; answers above."""
    places = [x0 + gap * t for t in range(len(inputs))]
    for t, x in enumerate(places):
        box(ax, x, 1.5, 1.05, 0.6, "LSTM", FOREGROUND)
        ax.text(x, 0.3, inputs[t], ha="center", va="center", fontsize=13)
        arrow(ax, (x, 0.55), (x, 1.18), MUTED)
        if t:
            arrow(ax, (places[t - 1] + 0.55, 1.5), (x - 0.55, 1.5), MUTED)
        if every or t == len(inputs) - 1:
            arrow(ax, (x, 1.82), (x, 2.42), C2)
            ax.text(x, 2.7, answers[t], ha="center", va="center", fontsize=13, color=C2)
    return places


def targets() -> Figure:
    """Both ways to train, on one window."""
    figure = Figure(
        alt="Twice a row of five LSTM steps that read C, a, e, s, a. Many-to-many: the targets above are a, e, s, a, r,"
        " one at each step. Many-to-one: the only target is r, above the last step.",
        caption="The same window of five characters. Many-to-many asks for the next character at every step, and"
        " many-to-one only after the last. The net and its work are the same.",
    )
    for title, every in (("many-to-many: five targets", True), ("many-to-one: one target", False)):
        with figure.panel(title, width=4.0, height=1.75) as ax:
            blank(ax, 7.8, 3.1)
            _net(ax, list(WORD[:-1]), list(WORD[1:]), every)
    return figure


def loop() -> Figure:
    """What is drawn goes down as the next input."""
    figure = Figure(
        alt="Four LSTM steps. The first reads C. Above each step a distribution is drawn from, which gives a, e, s, and"
        " each drawn character goes down as the input of the next step.",
        caption="Writing. Each step gives a distribution, a draw picks one character, and the net reads it in the next"
        " step. No target is there any more.",
    )
    with figure.panel(width=4.6, height=2.3) as ax:
        blank(ax, 7.8, 3.9)
        drawn = ["a", "e", "s", "a"]
        places = [0.9 + 1.9 * t for t in range(4)]
        for t, x in enumerate(places):
            box(ax, x, 1.5, 1.05, 0.6, "LSTM", FOREGROUND)
            ax.text(x, 0.3, (["C", *drawn])[t], ha="center", va="center", fontsize=13, color=C1 if t else FOREGROUND)
            arrow(ax, (x, 0.55), (x, 1.18), MUTED)
            arrow(ax, (x, 1.82), (x, 2.35), MUTED)
            heights = np.array([0.2, 0.7, 0.35, 0.15])
            ax.bar(x + 0.17 * np.arange(-1.5, 2), heights, bottom=2.45, width=0.13, color=[MUTED, C1, MUTED, MUTED])
            ax.text(x, 3.5, drawn[t], ha="center", va="center", fontsize=13, color=C1)
            if t:
                arrow(ax, (places[t - 1] + 0.55, 1.5), (x - 0.55, 1.5), MUTED)
                arrow(ax, (places[t - 1] + 0.25, 3.4), (x - 0.25, 0.4), C1)
    return figure


def orders(bits, never) -> Figure:
    """Bits by the length of the n-grams, and how much had never come."""
    n = range(1, len(bits) + 1)
    told = ", ".join(f"n = {i}: {b:.2f} bits and {u:.0%} never seen" for i, b, u in zip(n, bits, never, strict=True))
    best = int(np.argmin(bits)) + 1
    figure = Figure(
        alt=f"Bits per character and the share of unseen n-grams: {told}.",
        caption=f"Left, bits per character on the unseen text. They fall up to n = {best}, and then rise again. Right,"
        " the share of its n-grams that the known text does not have. Longer ones know more, and are there less often.",
    )
    with figure.panel("Judged by bits", "n", "bits per character", width=3.4, height=2.6) as ax:
        ax.plot(n, bits, "o-", color=C0)
        ax.set_xticks(list(n))
        ax.set(ylim=(2, 5.2))
    with figure.panel("Never seen before", "n", "share of the unseen text", width=3.4, height=2.6) as ax:
        ax.plot(n, never, "s-", color=C1)
        ax.set_xticks(list(n))
        ax.set(ylim=(0, 0.4))
    return figure


def curve(table, log, ngram) -> Figure:
    """Bits over seconds: three nets, and a line for n-grams."""
    from dlbook.experiments.generation_nets import LOOKS

    nets = {}
    for kind in ("RNN", "LSTM"):
        of = lambda name, kind=kind: np.array([table.of(f"{name}_{look}", kind=kind).mean() for look in LOOKS[1:]])
        nets[f"{kind}, 96 units"] = (of("seconds"), of("bits"))
    nets["LSTM, 256 units"] = (log[1:, 1], log[1:, 2])
    told = "; ".join(f"{name} ends at {bits[-1]:.2f} after {s[-1]:.0f} s" for name, (s, bits) in nets.items())
    figure = Figure(
        alt=f"Bits per character over seconds of training. {told}. The 5-gram is a line at {ngram:.2f}.",
        caption="Bits per character of the unseen text over seconds of one processor. The small nets are means of three"
        " seeds, the long run is one. The counts of the 5-gram take less than a second. Only the long run goes below"
        " their line.",
    )
    with figure.panel("Learning to say what comes next", "seconds", "bits per character", width=5.2, height=3.2) as ax:
        for (name, (seconds, bits)), colour, style in zip(nets.items(), (C1, C0, C2), ("s--", "o-", "D-"), strict=True):
            ax.plot(seconds, bits, style, color=colour, markersize=4, label=name)
        ax.axhline(ngram, color=FOREGROUND, lw=1.2, ls=":", label="5-gram")
        ax.set_xscale("log")
        ax.set_xticks([1, 3, 10, 30, 100, 300], ["1", "3", "10", "30", "100", "300"])
        ax.minorticks_off()
        ax.set(ylim=(1.8, 5))
    return figure


LETTERS, LOGITS = ("e", "a", "i", "o"), np.array([2.0, 1.0, 0.0, -1.0])  # after "th": the example of the page


def temperatures() -> Figure:
    """The four letters at three temperatures."""
    rows = {T: softmax(generation.temperature(LOGITS, T)) for T in (0.5, 1, 2)}
    told = "; ".join(f"T = {T:g}: " + ", ".join(f"{x:.2f}" for x in p) for T, p in rows.items())
    figure = Figure(
        alt=f"Probabilities of e, a, i and o. {told}.",
        caption="The same four logits at three temperatures. Below 1 the likeliest takes nearly everything, and above 1"
        " the four come nearer to each other. The order stays.",
    )
    for (T, p), colour in zip(rows.items(), (C0, C2, C1), strict=True):
        with figure.panel(f"T = {T:g}", width=1.9, height=2.2) as ax:
            ax.bar(LETTERS, p, color=colour)
            for i, x in enumerate(p):
                ax.text(i, x + 0.02, f"{x:.2f}", ha="center", fontsize=9)
            ax.set(ylim=(0, 1))
    return figure


def draw(u=0.7) -> Figure:
    """The stretch from 0 to 1, shared among four letters, and where u falls."""
    p = softmax(LOGITS)
    ends = np.concatenate([[0], np.cumsum(p)])
    figure = Figure(
        alt="A strip from 0 to 1 in four shares: "
        + ", ".join(f"{c} from {a:.2f} to {b:.2f}" for c, a, b in zip(LETTERS, ends, ends[1:], strict=False))
        + f". The draw {u:g} falls into the share of {LETTERS[int(generation.sample(LOGITS, u))]}.",
        caption=f"Each letter owns a share of the stretch from 0 to 1, as long as its probability. The draw u = {u:g}"
        " falls into the share of a.",
    )
    with figure.panel(width=5.2, height=1.25, xlim=(-0.02, 1.02), ylim=(-0.75, 1.6)) as ax:
        ax.axis("off")
        for i, (letter, a, b) in enumerate(zip(LETTERS, ends, ends[1:], strict=False)):
            ax.barh(0.4, b - a, left=a, height=0.8, color=(C0, C2, MUTED, GRID)[i], alpha=0.55, edgecolor=FOREGROUND)
            ax.text((a + b) / 2, 0.4, letter, ha="center", va="center", fontsize=12)
        for end in ends[:-1]:
            ax.text(end, -0.45, f"{end:.2f}", ha="center", va="center", fontsize=9)
        ax.annotate("", (u, 0.82), (u, 1.5), arrowprops={"arrowstyle": "-|>", "color": C1, "lw": 2})
        ax.text(u + 0.015, 1.3, f"u = {u:g}", color=C1, va="center")
    return figure


SURE = np.array([0.9, 0.04, 0.02, 0.015, 0.01, 0.006, 0.005, 0.004])
UNSURE = np.array([0.2, 0.17, 0.15, 0.13, 0.12, 0.1, 0.08, 0.05])


def truncated(k=3, p=0.85) -> Figure:
    """Top-k and top-p on a sure distribution and on an unsure one."""
    kept = {name: int(np.isfinite(generation.top_p(np.log(d), p)).sum()) for name, d in (("s", SURE), ("u", UNSURE))}
    figure = Figure(
        alt=f"Two distributions over eight tokens. The sure one begins with {SURE[0]:g}, the unsure one with"
        f" {UNSURE[0]:g}. Top-k {k} keeps three of both. Top-p {p:g} keeps {kept['s']} of the sure one and"
        f" {kept['u']} of the unsure.",
        caption=f"Top-k {k} keeps what stands left of the dotted line. The filled bars are the nucleus of top-p {p:g},"
        " which is small where the model is sure, and wide where it is not.",
    )
    for title, d, n in (("the model is sure", SURE, kept["s"]), ("the model is unsure", UNSURE, kept["u"])):
        with figure.panel(title, "token, the likeliest first", "probability", width=3.3, height=2.4) as ax:
            ax.bar(range(1, 9), d, color="none", edgecolor=MUTED, linewidth=1.4)
            ax.bar(range(1, n + 1), d[:n], color=C0)
            ax.axvline(k + 0.5, color=C1, ls=":", lw=1.8)
            ax.text(k + 0.65, 0.8 * d[0], f"top-k {k}", color=C1)
            ax.set_xticks(range(1, 9))
    return figure


# Where the names of the dots stand that lie near each other.
BESIDE = {"T = 0.7": (0.012, 0.006, "left"), "top-k 5": (-0.012, -0.008, "right"), "top-p 0.9": (0.014, -0.006, "left")}


def ways(table, own) -> Figure:
    """How many words exist, and how many are different ones, by the way of drawing."""
    spots = {w: (table.of("varied", way=w).mean(), table.of("spelled", way=w).mean()) for w in lab.WAYS}
    told = "; ".join(f"{w}: {v:.0%} different, {s:.0%} words" for w, (v, s) in spots.items())
    figure = Figure(
        alt=f"Share of words that exist over the share of words that are different ones. {told}. Unseen"
        f" Shakespeare: {own[0]:.0%} and {own[1]:.0%}.",
        caption="To the right a text repeats itself less, and higher up more of its words stand in the known plays."
        " Dots are the means of three seeds. The star is Shakespeare's own text, which the net has not seen.",
    )
    with figure.panel(
        "What the net writes", "words that are different ones", "words that exist", width=5.2, height=3.5
    ) as ax:
        heat = [spots[w] for w in lab.WAYS if w.startswith("T")]
        ax.plot(*zip(*heat, strict=True), "-", color=GRID)
        for way, (x, y) in spots.items():
            colour, mark = (C0, "o") if way.startswith("T") else (C1, "D")
            ax.plot(x, y, mark, color=colour, markersize=6)
            dx, dy, side = BESIDE.get(way, (-0.008, -0.022, "right"))
            ax.annotate(way, (x, y), (x + dx, y + dy), color=colour, fontsize=9, ha=side)
        ax.set(xlim=(0.34, 0.93), ylim=(0.6, 1.03))
        ax.plot(*own, "*", color=C2, markersize=12)
        ax.annotate("Shakespeare", own, (own[0] - 0.01, own[1] + 0.012), color=C2, fontsize=9, ha="right")
    return figure


def copied(found) -> Figure:
    """The longest copied stretch of texts of 600 characters, by who wrote them."""
    names = list(found)
    told = "; ".join(f"{n}: {np.mean(v):.0f} on average, {np.min(v):.0f} to {np.max(v):.0f}" for n, v in found.items())
    figure = Figure(
        alt=f"Longest stretch, in characters, that stands in the known text. {told}.",
        caption="The longest stretch of a text of 600 characters that stands letter for letter in the known plays. Bars"
        " are means. Dots are the means of single seeds, and of Shakespeare single texts. He copies himself, too.",
    )
    with figure.panel("Copied from the known plays", "characters", width=5.2, height=2.7) as ax:
        for i, name in enumerate(names):
            ax.barh(i, np.mean(found[name]), height=0.55, color=C2 if name == "Shakespeare" else C0, alpha=0.45)
            ax.plot(found[name], [i] * len(found[name]), "o", color=FOREGROUND, markersize=3.5)
        ax.set_yticks(range(len(names)), names)
        ax.invert_yaxis()
    return figure


def read_the_nucleus() -> Figure:
    """Seven tokens with their probabilities: an exercise counts."""
    figure = Figure(
        alt="Probabilities of the seven most probable tokens: " + ", ".join(f"{x:g}" for x in CURVE) + ".",
        caption="The seven most probable tokens. How many of them stay with top-p 0.85?",
    )
    with figure.panel(width=4.2, height=2.4, xlabel="token, the likeliest first", ylabel="probability") as ax:
        ax.bar(range(1, 8), CURVE, color=C0)
        for i, x in enumerate(CURVE, 1):
            ax.text(i, x + 0.012, f"{x:g}", ha="center", fontsize=9.5)
        ax.set(ylim=(0, 0.6))
    return figure
