"""What chapter 26 draws: the parts of a Transformer, then what was measured of them."""

import numpy as np

from dlbook.experiments import transformer as lab
from dlbook.experiments import transformer_nets as nets
from dlbook.figures import C0, C1, C2, C3, FOREGROUND, GRID, MUTED, Figure
from dlbook.figures._drawing import arrow, blank, box, cells, written
from dlbook.scratch import attention, schedules
from dlbook.scratch.activations import softmax


def _stack(ax, x, parts, low=0.55, width=2.5) -> list[float]:
    """Boxes above each other with arrows between; their middles."""
    middles = [low + 0.85 * i for i in range(len(parts))]
    for (name, colour), y in zip(parts, middles, strict=True):
        box(ax, x, y, width, 0.5, name, colour)
    for y, above in zip(middles, middles[1:], strict=False):
        arrow(ax, (x, y + 0.25), (x, above - 0.25), MUTED)
    return middles


def architecture() -> Figure:
    """The whole: an encoder that reads, a decoder that writes and looks at what was read."""
    figure = Figure(
        alt="Two columns of boxes. On the left, from below: English words, embedding plus positions, self-attention,"
        " feed-forward net; this pair of boxes is one layer of the encoder. On the right: French words so far,"
        " embedding plus positions, masked self-attention, attention to the encoder, feed-forward net, scores of the"
        " next word. An arrow goes from the top of the encoder to the attention in the decoder.",
        caption="The Transformer. The boxes in colour make a layer, and layers are stacked. Words are mixed only in the"
        " attentions, blue and orange. A feed-forward net works on each word alone, with the same weights.",
    )
    with figure.panel(width=5.0, height=4.6) as ax:
        blank(ax, 6.6, 6.0)
        read = [
            ("English words", FOREGROUND), ("embedding + place", FOREGROUND), ("self-attention", C0),
            ("feed-forward net", C2),
        ]  # fmt: skip
        wrote = [
            ("French words so far", FOREGROUND), ("embedding + place", FOREGROUND), ("masked self-attention", C0),
            ("attention to the encoder", C1), ("feed-forward net", C2), ("next word", FOREGROUND),
        ]  # fmt: skip
        left, right = _stack(ax, 1.3, read, width=2.45), _stack(ax, 4.95, wrote, width=3.1)
        ax.text(0.07, 4.1, "encoder", color=MUTED)
        ax.text(4.95, 5.5, "decoder", color=MUTED, ha="center")
        top = left[-1] + 0.25
        ax.plot([1.3, 1.3, 2.75], [top, top + 0.25, top + 0.25], color=C1, lw=1.6)
        arrow(ax, (2.75, top + 0.25), (3.4, right[3]), C1)
        ax.text(2.1, top + 0.35, "what was read", color=C1, fontsize=9, ha="center")
    return figure


def look() -> Figure:
    """The example by hand: the third word asks all three, and takes in their values."""
    q, k, v = (lab.X @ W.T for W in (lab.W_Q, lab.W_K, lab.W_V))
    p = softmax(q[2] @ k.T / 2**0.5)
    figure = Figure(
        alt="Three words, the, red and ball, each with its vector, key and value. From the query (2, 1) of ball go"
        f" three lines to the keys, with the weights {', '.join(f'{w:.3f}' for w in p)}. The values times these weights"
        f" add up to ({p @ v[:, 0]:.3f}, {p @ v[:, 1]:.3f}).",
        caption="The word ball looks at all three words, itself among them. The thicker a line, the better its query"
        " and that key go together. What it takes in is the mean of the values with these weights.",
    )
    show = lambda a: "(" + ", ".join(written(round(float(x), 3)) for x in a) + ")"
    with figure.panel(width=5.0, height=3.4) as ax:
        blank(ax, 7.4, 4.9)
        for i, (x, word) in enumerate(zip((1.15, 3.7, 6.25), lab.WORDS, strict=True)):
            ax.text(x, 0.2, f"{word}  {show(lab.X[i])}", ha="center", va="center")
            box(ax, x, 1.65, 2.1, 0.5, f"key {show(k[i])}", C0)
            box(ax, x, 1.0, 2.1, 0.5, f"value {show(v[i])}", C2)
            ax.plot([3.7, x], [3.45, 1.92], color=C0, lw=0.6 + 7 * p[i], alpha=0.55)
            side = -1 if x < 3.7 else 1  # beside its line
            ax.text((3.7 + 2 * x) / 3 + 0.15 * side, 2.45, f"{p[i]:.3f}", ha="right" if side < 0 else "left")
        box(ax, 3.7, 3.7, 3.0, 0.5, f"query of ball {show(q[2])}", C1)
        ax.text(3.7, 4.5, "taken in: ({:.3f}, {:.3f})".format(*p @ v), ha="center", va="center", color=C2)
    return figure


def _seen(ax, may, names=()) -> None:
    """A mask as squares: filled where a word may look."""
    T, S = may.shape
    cells(ax, 0, T, np.full((T, S), None), tints=np.where(may, C0, None))
    for t, name in enumerate(names):
        ax.text(-0.15, T - t - 0.5, name, ha="right", va="center", fontsize=9)


def masks() -> Figure:
    """Who may look at whom: the masks that are used."""
    kinds = {
        "no mask": attention.mask(5),
        "causal": attention.mask(5, is_causal=True),
        "padding after three": attention.mask(5, lengths=[3])[0],
        "causal, window of two": attention.mask(5, is_causal=True, window=(1, None)),
    }
    figure = Figure(
        alt="Four tables of five rows and five columns, filled where a query may look at a key. "
        + "; ".join(f"{name}: {int(may.sum())} of 25 filled" for name, may in kinds.items()) + ".",
        caption="Each row is a word that looks, each column a word that is looked at, and filled means allowed. A"
        " causal mask hides what comes later, a padding mask what is no word at all, and a window what is far away.",
    )  # fmt: skip
    for name, may in kinds.items():
        with figure.panel(name, width=2.0, height=2.1) as ax:
            blank(ax, 5.1, 5.1)
            ax.set(xlim=(-0.1, 5.1), ylim=(-0.1, 5.1))
            _seen(ax, may)
    return figure


def split() -> Figure:
    """A vector is cut into heads, each looks for itself, and the answers are joined."""
    figure = Figure(
        alt="A box with a vector of eight numbers; from it queries, keys and values are made and cut into two halves of"
        " four. Each half goes through an attention of its own, the two answers are put side by side, and a matrix W_o"
        " mixes them.",
        caption="Two heads on words of eight numbers. Each head has four numbers of each query, key and value, and"
        " weights of its own, so it may look where it likes. W_o mixes what the heads bring home.",
    )
    with figure.panel(width=4.8, height=2.4) as ax:
        blank(ax, 7.4, 3.5)
        box(ax, 0.75, 1.75, 1.3, 0.6, "words")
        box(ax, 2.7, 1.75, 1.3, 0.6, "q, k, v")
        for y, name, colour in ((2.8, "head 1", C0), (0.7, "head 2", C1)):
            box(ax, 4.7, y, 1.3, 0.6, name, colour)
            arrow(ax, (3.35, 1.75), (4.05, y), MUTED)
            arrow(ax, (5.35, y), (6.05, 1.75), MUTED)
        arrow(ax, (1.4, 1.75), (2.05, 1.75), MUTED)
        box(ax, 6.7, 1.75, 1.3, 0.6, "W_o", C2)
    return figure


def positions() -> Figure:
    """The encoding of 40 places, and what its dot products say."""
    P = attention.positional_encoding(40, 32)
    near = P[20] @ P.T
    figure = Figure(
        alt="On the left a map of 40 places and 32 features in stripes of sines; the first features turn quickly, the"
        " last ones hardly at all. On the right the product of place 20 with every place: "
        f"{near[20]:.0f} with itself, {near[19]:.1f} with its neighbour, {near[10]:.1f} ten places away.",
        caption="A row of the map is the code of a place. Two features make the hand of a clock, and each clock is"
        " slower than the one before. Codes of near places are alike, as the curve of place 20 shows.",
    )
    with figure.panel("P", xlabel="feature", ylabel="place t", width=3.6, height=3.0) as ax:
        ax.grid(False)
        ax.imshow(np.round(P, 1), aspect="auto", cmap="gray", interpolation="none", vmin=-1, vmax=1)
    with figure.panel("place 20 beside the others", xlabel="place t", ylabel="P₂₀ · Pₜ", width=3.6, height=3.0) as ax:
        ax.plot(near, "o-", color=C0, markersize=3)
    return figure


def norms() -> Figure:
    """Which numbers share a mean: a word's own features, or a feature over the batch."""
    figure = Figure(
        alt="Two tables of four words and five features. For layer norm one row is filled, for batch norm one column.",
        caption="Rows are words, columns are features. The filled numbers share a mean and a variance. A layer norm"
        " asks only the word itself, so it works for one word as for a thousand.",
    )
    for name, tint in (("layer norm", (1, slice(None))), ("batch norm", (slice(None), 2))):
        with figure.panel(name, width=2.7, height=2.1) as ax:
            blank(ax, 5.1, 4.1)
            ax.set(xlim=(-0.1, 5.1), ylim=(-0.1, 4.1))
            tints = np.full((4, 5), None)
            tints[tint] = C0
            cells(ax, 0, 4, np.full((4, 5), None), tints=tints)
    return figure


def places_of_norm() -> Figure:
    """A layer with the norm after the sum, and with the norm before its parts."""
    figure = Figure(
        alt="Two columns. Post-norm: x goes into attention and around it, both are added, then normalized; the same"
        " with the feed-forward net. Pre-norm: x is normalized on the way into attention only; the way around it is"
        " free, and the same again.",
        caption="Left as in 2017, right as it is done today. On the right an undisturbed way leads from the bottom to"
        " the top, and the norms stand beside it.",
    )
    for title, pre in (("post-norm: norm(x + f(x))", False), ("pre-norm: x + f(norm(x))", True)):
        with figure.panel(title, width=3.1, height=4.0) as ax:
            blank(ax, 4.4, 5.7)
            x, side = 1.0, 2.9
            for low, name, colour in ((0.3, "attention", C0), (2.9, "feed-forward", C2)):
                arrow(ax, (x, low), (x, low + 1.5), FOREGROUND)
                ax.plot(x, low + 1.7, "o", color=FOREGROUND, markersize=17, fillstyle="none")
                ax.text(x, low + 1.7, "+", ha="center", va="center")
                arrow(ax, (x, low + 0.15), (side, low + (0.2 if pre else 0.55)), MUTED)
                if pre:
                    box(ax, side, low + 0.45, 1.3, 0.42, "norm", C1)
                    arrow(ax, (side, low + 0.66), (side, low + 0.95), MUTED)
                box(ax, side, low + (1.2 if pre else 0.8), 1.9, 0.45, name, colour)
                arrow(ax, (side, low + (1.42 if pre else 1.02)), (x + 0.25, low + 1.7), MUTED)
                if not pre:
                    box(ax, x, low + 2.2, 1.3, 0.42, "norm", C1)
                arrow(ax, (x, low + (1.9 if pre else 2.42)), (x, low + 2.62), FOREGROUND)
    return figure


def depth(post, pre) -> Figure:
    """The gradient of each layer before the first step."""
    figure = Figure(
        alt=f"Two curves over twelve layers. Post-norm stays near {post.mean():.1f} and is {post[-1]:.1f} in the last"
        f" layer; pre-norm falls from {pre[0]:.1f} to {pre[-1]:.1f}.",
        caption="The length of the gradient of W₂ in each of twelve layers that have learned nothing yet, the mean of"
        " twenty draws. Next to the output, pre-norm has much the smaller one.",
    )
    with figure.panel(xlabel="layer", ylabel="‖∂L/∂W₂‖", width=4.6) as ax:
        for curve, name, colour in ((post, "post-norm", C1), (pre, "pre-norm", C0)):
            ax.plot(range(1, 13), curve, "o-", color=colour, label=name, markersize=4)
        ax.set_ylim(0, 1.1 * max(post.max(), pre.max()))
    return figure


def likeness(plain, residual) -> Figure:
    """How alike the words become on the way up."""
    figure = Figure(
        alt=f"Two curves of the mean cosine between words over the layers. Without residuals it is {plain[1]:.2f} after"
        f" one layer and {plain[3]:.3f} after three. With residuals it grows to {residual[-1]:.2f} after twelve.",
        caption="The mean cosine between two words of a sequence, in layers that have learned nothing yet. Without a"
        " residual each attention averages, and soon all words are one.",
    )
    with figure.panel(xlabel="layers passed", ylabel="cosine between words", ylim=(-0.1, 1.05), width=4.6) as ax:
        for curve, name, colour in ((plain, "f(norm(x))", C1), (residual, "x + f(norm(x))", C0)):
            ax.plot(curve, "o-", color=colour, label=name, markersize=4)
    return figure


def heads(net, english, french, layer=1) -> Figure:
    """Where the heads of the decoder look in the English words."""
    weights = lab.looks(net, english, french)["across"][layer].weights[0]
    told = "; ".join(
        f"head {h}: " + ", ".join(f"{f} at {english[s]}" for f, s in zip(french, w[:-1].argmax(axis=1), strict=True))
        for h, w in enumerate(weights)
    )
    figure = Figure(
        alt=f"Four maps with a row for each French word that is written and a column for each English word. {told}.",
        caption="Where the four heads of the decoder's last layer look before each French word is written. The rows are"
        " the words that come out, and the last row is the stop.",
    )
    for h, w in enumerate(weights):
        with figure.panel(f"head {h}", width=3.1, height=3.1) as ax:
            ax.grid(False)
            for (t, s), value in np.ndenumerate(w):
                if value > 0.03:
                    ax.bar(s, 0.92, bottom=t - 0.46, width=0.92, color=C0, alpha=round(float(value), 2))
            ax.set_xticks(range(len(english)), english, rotation=90)
            ax.set_yticks(range(len(french) + 1), [*french, "stop"])
            ax.set(xlim=(-0.6, len(english) - 0.4), ylim=(len(french) + 0.6, -0.6))
    return figure


def warm_up() -> Figure:
    """The paper's schedule for three lengths of the warm-up."""
    s = np.arange(2000)
    curves = {w: schedules.inverse_sqrt(s, 1.0, 64, w) for w in (200, 400, 800)}
    figure = Figure(
        alt="Three curves of the learning rate over 2,000 steps. Each rises in a straight line and falls afterwards: "
        + ", ".join(f"{c.max():.4f} at step {c.argmax() + 1}" for c in curves.values()) + ".",
        caption="The learning rate of the paper for D = 64. The longer the warm-up, the lower the peak, and after it"
        " all curves run on the same line.",
    )  # fmt: skip
    with figure.panel(xlabel="step", ylabel="learning rate", width=4.6) as ax:
        for colour, (w, curve) in zip((C0, C1, C2), curves.items(), strict=True):
            ax.plot(s[::10], curve[::10], color=colour, label=f"w = {w}")
    return figure


def learning(losses) -> Figure:
    """The loss of the small translator while it learns."""
    smooth = np.convolve(losses, np.ones(10) / 10, "valid")
    figure = Figure(
        alt=f"The loss falls from {losses[0]:.1f} to {smooth[len(smooth) // 2]:.2f} half-way and {smooth[-1]:.3f} at"
        " the end.",
        caption="The loss of each step, smoothed over ten. On a logarithmic axis one sees that it falls until the end.",
    )
    with figure.panel(xlabel="step", ylabel="loss per word", yscale="log", width=4.6, height=2.7) as ax:
        ax.plot(smooth, color=C0)
    return figure


def _spread(ax, i, found, colour) -> None:
    ax.bar(i, found.mean(), width=0.6, color=colour, alpha=0.75)
    ax.plot([i] * len(found), found, "o", color=FOREGROUND, markersize=4)


def race(table) -> Figure:
    """A Transformer and an LSTM with attention after ten seconds of learning, and at the end."""
    bars = {
        "Transformer,\n10 s": (table.of("after_10_s", net="Transformer"), C0),
        "Transformer,\n30 s": (table.of("at_the_end", net="Transformer"), C0),
        "LSTM,\n10 s": (table.of("after_10_s", net="LSTM"), C1),
        "LSTM,\n15 s": (table.of("at_the_end", net="LSTM"), C1),
    }
    told = ", ".join(f"{name} {f.mean():.1%}".replace("\n", " ") for name, (f, _) in bars.items())
    figure = Figure(
        alt=f"Bars of the share of unseen numbers that are right, means of three seeds: {told}.",
        caption="Unseen numbers up to 10¹² that are right, word for word. Bars are means of three seeds, the dots are"
        " the seeds. The LSTM has attention to its encoder, too.",
    )
    with figure.panel(ylabel="right", ylim=(0, 1.05), width=5.0) as ax:
        for i, (found, colour) in enumerate(bars.values()):
            _spread(ax, i, found, colour)
        ax.set_xticks(range(len(bars)), list(bars))
    return figure


def changes(table) -> Figure:
    """The small translator with one part changed."""
    found = {kind: table.of("right", kind=kind) for kind in nets.KINDS}
    told = ", ".join(f"{kind} {f.mean():.0%}" for kind, f in found.items())
    figure = Figure(
        alt=f"Bars of the share of unseen numbers that are right, means of three seeds: {told}.",
        caption="Unseen numbers below a million that are right after 250 steps, with one part of the net changed at a"
        " time. Bars are means of three seeds, the dots are the seeds.",
    )
    with figure.panel(ylabel="right", ylim=(0, 1.05), width=5.6) as ax:
        for i, f in enumerate(found.values()):
            _spread(ax, i, f, C1 if i == 2 else C0)
        ax.set_xticks(range(len(found)), [kind.replace(" ", "\n").replace("-", "-\n") for kind in found])
    return figure


def cost(lengths, found) -> Figure:
    """Seconds of one attention over the length."""
    figure = Figure(
        alt=f"A curve on two logarithmic axes climbs from {lengths[0]} words to {lengths[-1]}; beside it a line that"
        " grows with the square.",  # without seconds: they are others on every machine
        caption="The time of one head over a sequence. The dashed line has the slope of a square. Where the scores no"
        " longer fit into the processor's own memory, the time climbs even more steeply.",
    )
    with figure.panel(xlabel="words T", ylabel="milliseconds", xscale="log", yscale="log", width=4.6) as ax:
        ax.plot(lengths, [1000 * s for s in found], "o-", color=C0)
        last = 1000 * found[-1]
        ax.plot(lengths, [last * (T / lengths[-1]) ** 2 for T in lengths], "--", color=MUTED)
        ax.set_xticks(lengths, [str(T) for T in lengths])
        ax.minorticks_off()
    return figure


def kept() -> Figure:
    """Writing the fourth word, without a cache and with one."""
    figure = Figure(
        alt="Two tables of four rows and four columns. Without a cache all ten allowed places are computed for the"
        " fourth word; with a cache the last row alone, four places.",
        caption="What is computed to write the fourth word. The first three rows were computed before, and nothing in"
        " them can have changed, for no word looks at what comes later.",
    )
    causal = attention.mask(4, is_causal=True)
    last = causal & (np.arange(4)[:, None] == 3)
    for name, may in (("from the beginning", causal), ("with a cache", last)):
        with figure.panel(name, width=2.4, height=2.4) as ax:
            blank(ax, 4.1, 4.1)
            ax.set(xlim=(-0.1, 4.1), ylim=(-0.1, 4.1))
            _seen(ax, may)
    return figure


def families() -> Figure:
    """Encoder-only, decoder-only and encoder–decoder, as masks over all words that are read and written."""
    T = 6
    read = np.arange(T) < 3
    causal = attention.mask(T, is_causal=True)
    whole = np.where(read[:, None], read[None, :], causal)
    kinds = {"encoder only": np.ones((T, T), bool), "decoder only": causal, "encoder–decoder": whole}
    figure = Figure(
        alt="Three tables of six words that look at six words. Encoder only: all filled. Decoder only: the lower"
        " triangle. Encoder–decoder: the first three words look at each other in both directions; the last three look"
        " at these and at those of their own that came before.",
        caption="Who looks at whom in the three families. In the last one the first three words are read and the last"
        " three are written.",
    )
    for name, may in kinds.items():
        with figure.panel(name, width=2.3, height=2.4) as ax:
            blank(ax, 6.1, 6.1)
            ax.set(xlim=(-0.1, 6.1), ylim=(-0.1, 6.1))
            _seen(ax, may)
    return figure


def rotation() -> Figure:
    """A query and a key, turned by their places: the angle between them is that of the distance."""
    figure = Figure(
        alt="Two clocks. On the left a query at place 3 and a key at place 1, on the right the same at places 7 and 5."
        " Both times the angle between the hands is two steps.",
        caption="Rotary positions turn a pair of numbers by the angle of its place, here half a radian a place. Both"
        " pairs stand two places apart, so the angle between their hands is the same.",
    )
    for title, t, s in (("places 3 and 1", 3, 1), ("places 7 and 5", 7, 5)):
        with figure.panel(title, width=2.7, height=2.7) as ax:
            ax.axis("off")
            ax.set(xlim=(-1.2, 1.2), ylim=(-1.2, 1.2), aspect="equal")
            turn = np.linspace(0, 2 * np.pi, 60)
            ax.plot(np.cos(turn), np.sin(turn), color=GRID, lw=1.2)
            for place, name, colour in ((t, "query", C1), (s, "key", C0)):
                end = np.cos(place / 2), np.sin(place / 2)
                arrow(ax, (0, 0), end, colour)
                ax.text(1.16 * end[0], 1.16 * end[1], name, color=colour, ha="center", va="center", fontsize=9)
            between = np.linspace(s / 2, t / 2, 20)
            ax.plot(0.4 * np.cos(between), 0.4 * np.sin(between), color=C3, lw=2)
    return figure


UNSEEN_MASK = np.array([[1, 0, 0, 0], [1, 1, 0, 0], [1, 1, 1, 0], [1, 1, 1, 0]], bool)  # causal, and a padded last word


def read_the_mask() -> Figure:
    """A mask for an exercise: causal, and the last word is padding."""
    figure = Figure(
        alt="A table of 4 rows and 4 columns. Filled are 1 square in the first row, 2 in the second, 3 in the third"
        " and fourth. The last column is empty.",
        caption="Filled means that the word of this row may look at the word of this column.",
    )
    with figure.panel(width=2.4, height=2.4) as ax:
        blank(ax, 4.1, 4.1)
        ax.set(xlim=(-0.1, 4.1), ylim=(-0.1, 4.1))
        _seen(ax, UNSEEN_MASK)
    return figure
