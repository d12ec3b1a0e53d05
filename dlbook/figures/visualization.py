"""What chapter 16 draws: maps beside the photos that they belong to, and the mechanisms behind them."""

import numpy as np

from dlbook.figures import C0, C1, C2, FOREGROUND, GRID, MUTED, Figure
from dlbook.figures._drawing import arrow, blank, box, cells, frame, gate, picture, wire, written

PHOTO = 56  # pixels of a small photo: every one of four


def small(photo, size=PHOTO) -> np.ndarray:
    """A photo (3, 227, 227) as (size, size, 3), in 32 levels: means over squares of pixels."""
    step = photo.shape[1] // size
    means = photo[:, : step * size, : step * size].reshape(3, size, step, size, step).mean(axis=(2, 4))
    return np.round(31 * means.transpose(1, 2, 0)) / 31


def shown(ax, pixels) -> None:
    """A picture in colour (H, W, 3)."""
    ax.axis("off")
    ax.imshow(np.clip(pixels, 0, 1), interpolation="none")


def heat(ax, values, top=None) -> None:
    """A map (H, W): black at 0, white at its largest number, or at `top`."""
    picture(ax, values, 0, max(values.max() if top is None else top, 1e-12))


def net() -> Figure:
    """From a photo to the score of a class."""
    figure = Figure(
        alt="Five boxes in a row, joined by arrows. A photo of 3 × 227 × 227 numbers; 64 maps of 113 × 113; 512 maps"
        " of 14 × 14; 1,000 maps of 14 × 14, one a class; 1,000 scores. The steps between them are conv1, eight fire"
        " modules and three pools, conv10, and a mean over the pixels.",
        caption="SqueezeNet, from the photo to the scores. The last convolution draws a map for each class, and the"
        " mean of that map is the class's score.",
    )
    boxes = ["photo\n3 × 227²", "maps\n64 × 113²", "maps\n512 × 14²", "class maps\n1,000 × 14²", "scores\n1,000"]
    steps = ["conv1", "fire2 to fire9", "conv10", "mean"]
    places = [(1.1, 3.3), (4.2, 3.3), (7.3, 3.3), (7.3, 0.7), (4.2, 0.7)]  # in two rows, for a phone
    with figure.panel(width=4.3, height=2.4) as ax:
        blank(ax, 8.4, 4.7)
        for i, (place, words) in enumerate(zip(places, boxes, strict=True)):
            box(ax, *place, 2.0, 1.2, words, C0 if i in (1, 2, 3) else FOREGROUND)
        for start, end, step in zip(places, places[1:], steps, strict=False):
            (x0, y0), (x1, y1) = start, end
            half = np.sign(x1 - x0) * 1.0, np.sign(y1 - y0) * 0.6  # from the middle of a box to its edge
            arrow(ax, np.add(start, half), np.subtract(end, half), MUTED)
            place, side = ((x0 - 0.15, 2.0), "right") if x0 == x1 else (((x0 + x1) / 2, y0 + 0.7), "center")
            ax.text(*place, step, ha=side, va="center" if x0 == x1 else "bottom", fontsize=9, color=MUTED)
    return figure


def photos(photos: dict, guesses) -> Figure:
    """The seven photos with what the net says of them."""
    told = [f"{g.photo}: {g.first}, {g.probability:.0%}" for g in guesses]
    figure = Figure(
        alt="Seven photos with the first guess of the net and its probability. " + "; ".join(told) + ".",
        caption="Seven photos, and SqueezeNet's first guess with its probability.",
    )
    for photo, guess in zip(photos.values(), guesses, strict=True):
        name = guess.first if len(guess.first) < 14 else guess.first[:13] + "…"
        with figure.panel(f"{name}\n{guess.probability:.0%}", width=1.42, height=1.85) as ax:
            ax.title.set_fontsize(9)
            shown(ax, small(photo))
    return figure


def filter_by_hand(weight, seen) -> Figure:
    """Four weights, and the squares that they are drawn as."""
    figure = Figure(
        alt="A filter of four weights, " + ", ".join(written(w) for w in np.ravel(weight)) + ", and the same as grey"
        " squares with the brightness " + ", ".join(written(b) for b in np.ravel(seen)) + ".",
        caption="The smallest weight becomes black, the largest white, and the rest keep their distances.",
    )
    with figure.panel("weights", width=1.9, height=1.9) as ax:
        blank(ax, 2, 2)
        cells(ax, 0, 2, weight)
    with figure.panel("as a picture", width=1.9, height=1.9) as ax:
        picture(ax, np.asarray(seen, dtype=float))
        frame(ax, -0.5, 1.5, 2, 2, MUTED)  # else the white square is lost on a white page
    return figure


def filters(pictures) -> Figure:
    """The filters (64, 3, 3, 3) of the first layer, blue, green and red, in eight rows."""
    figure = Figure(
        alt=f"{len(pictures)} small coloured squares of 3 × 3 pixels. Many go from dark on one side to bright on the"
        " other, some have one colour in the middle and another around it.",
        caption="All 64 filters of conv1, three pixels each way. Most are an edge of some direction, or a colour beside"
        " its opposite.",
    )
    rows = np.full((8 * 4 + 1, 8 * 4 + 1, 3), 0.5)
    for i, one in enumerate(pictures):
        r, c = 4 * (i // 8) + 1, 4 * (i % 8) + 1
        rows[r : r + 3, c : c + 3] = one[::-1].transpose(1, 2, 0)  # blue, green, red -> red, green, blue
    with figure.panel(width=3.4, height=3.4) as ax:
        shown(ax, np.round(31 * rows) / 31)
    return figure


def map_by_hand(x, z, A) -> Figure:
    """An image, what an edge filter makes of it, and what the ReLU leaves."""
    figure = Figure(
        alt="Three tables. The image " + _rows(x) + "; the differences of neighbours " + _rows(z) + "; and the map, in"
        " which negative numbers are 0: " + _rows(A) + ".",
        caption="The filter (−1, 1) slides along each row. Its map is bright where the image becomes brighter to the"
        " right, and silent elsewhere.",
    )
    for title, values, tint in (("image", x, None), ("filter (−1, 1)", z, C1), ("map, after ReLU", A, C0)):
        values = np.asarray(values)
        with figure.panel(title, width=0.62 * values.shape[1] + 0.6, height=2.3) as ax:
            blank(ax, values.shape[1], values.shape[0])
            tints = [[tint if v > 0 else None for v in row] for row in values]
            cells(ax, 0, values.shape[0], values, tints)
    return figure


def _rows(values) -> str:
    return " / ".join(" ".join(written(v) for v in row) for row in np.asarray(values))


def maps(layers: dict) -> Figure:
    """For each layer, some of its maps (K, H, W), each from 0 to its own largest number."""
    sizes = ", ".join(f"{name} with {A.shape[1]} × {A.shape[2]} pixels" for name, A in layers.items())
    figure = Figure(
        alt=f"Four maps of each of these layers, in grey: {sizes}. In the first layer the photo is seen clearly, edges"
        " of one direction in each map; in the last there are a few bright squares on black.",
        caption="Each map is black at 0 and white at its largest number. From layer to layer they lose detail and"
        " become emptier.",
    )
    for name, A in layers.items():
        for i, one in enumerate(A):
            with figure.panel(name if i == 0 else " ", width=1.55, height=1.75) as ax:
                ax.title.set_fontsize(9.5)
                heat(ax, one[::2, ::2] if len(one) > 60 else one)
    return figure


def cam_by_hand(A, w, b) -> Figure:
    """Two ways to the score: add the weighed maps and take the mean, or weigh the means."""
    A, w = np.asarray(A), np.asarray(w)
    M, means = np.tensordot(w, A, 1), A.mean(axis=(1, 2))
    y = M.mean() + b
    figure = Figure(
        alt=f"Two maps, {_rows(A[0])} with weight {written(w[0])} and {_rows(A[1])} with weight {written(w[1])}, give"
        f" the map {_rows(M)}. Its mean {written(M.mean())} plus the bias {written(b)} is the score {written(y)}.",
        caption="Weigh the maps, add them, and only then take the mean: the score is the same, and on the way there is"
        " a map that says where it comes from.",
    )
    with figure.panel(width=4.4, height=3.1) as ax:
        blank(ax, 7.1, 5)
        for k, top in ((0, 4.8), (1, 2.2)):
            cells(ax, 0.2, top, A[k])
            ax.text(1.2, top - 2.12, f"mean {written(means[k])}", ha="center", va="top", color=MUTED, fontsize=9)
            arrow(ax, (2.4, top - 1), (4.2, 2.9), MUTED)
            ax.text(3.1, top - 0.75 if k == 0 else top - 1.35, f"× {written(w[k])}", ha="left", color=C1, fontsize=11)
        tints = [[C0 if v > 0 else C1 for v in row] for row in M]
        cells(ax, 4.4, 3.9, M, tints)
        ax.text(6.55, 2.9, "M", ha="left", va="center", fontstyle="italic")
        arrow(ax, (5.4, 1.8), (5.4, 0.85), MUTED)
        ax.text(5.25, 1.4, f"mean {written(M.mean())}", ha="right", va="center", color=MUTED, fontsize=9)
        ax.text(5.55, 1.4, f"+ {written(b)}", ha="left", va="center", color=C1, fontsize=11)
        box(ax, 5.4, 0.45, 2.2, 0.8, f"score {written(y)}", C2)
    return figure


SEEN = {  # where the light of Grad-CAM lies, for those who cannot see it
    "chelsea": "the cheek on the left", "coffee": "the coffee in the cup", "camera": "the legs of the tripod",
    "astronaut": "a shoulder and the collar", "rocket": "the launch pad and its lamps", "china": "the top of the roof",
    "flower": "the blossom",
}  # fmt: skip


def spotlights(photos: dict, maps) -> Figure:
    """Each photo, as bright as its map is large."""
    figure = Figure(
        alt="Seven photos, bright where the map for the first guess is large and dark elsewhere. "
        + "; ".join(f"{name}: bright on {SEEN[name]}" for name in photos)
        + ".",
        caption="Grad-CAM for the first guess, on fire9: each photo is as bright as its map is large.",
    )
    for (name, photo), one in zip(photos.items(), maps, strict=True):
        with figure.panel(name, width=1.42, height=1.65) as ax:
            ax.title.set_fontsize(9.5)
            shown(ax, _lit(photo, one))
    return figure


def _lit(photo, one) -> np.ndarray:
    """A photo, as bright as its map (14, 14) is large: (56, 56, 3)."""
    light = (one / max(one.max(), 1e-12)).repeat(4, axis=0).repeat(4, axis=1)[:, :, None]
    return np.round(31 * small(photo) * (0.2 + 0.8 * light)) / 31


def own(photo, guesses, one) -> Figure:
    """One photo, what the net says of it, and the light of a map."""
    told = ", ".join(f"{name} {share:.0%}" for name, share in guesses)
    figure = Figure(
        alt=f"A photo, and the same photo bright where the map of its first guess is large. The guesses are: {told}.",
        caption=f"The five most probable classes: {told}. On the right the light of Grad-CAM for the first of them.",
    )
    for title, pixels in (("photo", small(photo)), ("Grad-CAM", _lit(photo, one))):
        with figure.panel(title, width=1.6, height=1.8) as ax:
            ax.title.set_fontsize(9.5)
            shown(ax, pixels)
    return figure


def _beside(photo, maps: dict, alt: str, caption: str) -> Figure:
    """One photo, and maps (H, W) of it by what stands above them."""
    figure = Figure(alt, caption)
    with figure.panel("photo", width=1.6, height=1.8) as ax:
        ax.title.set_fontsize(9.5)
        shown(ax, small(photo))
    for name, one in maps.items():
        with figure.panel(name, width=1.6, height=1.8) as ax:
            ax.title.set_fontsize(9.5)
            heat(ax, one)
    return figure


def class_map(photo, name, one, score) -> Figure:
    """A photo and the map of a class, whose mean is its score."""
    return _beside(
        photo,
        {name: one},
        f"A photo, and beside it the map of the class {name}, {len(one)} × {len(one)} squares. Its largest number is"
        f" {one.max():.0f}, and its mean is {score:.1f}.",
        f"The map of the class {name}. Its mean over all squares is the score of this class.",
    )


def depths(photo, layers: dict) -> Figure:
    """One photo, and Grad-CAM (H, W) on several layers."""
    sizes = ", ".join(f"{name} ({len(one)} × {len(one)})" for name, one in layers.items())
    return _beside(
        photo,
        layers,
        f"A photo, and the Grad-CAM map of its first guess on each of these layers: {sizes}. The early maps show"
        " scattered outlines, the last one a bright region.",
        "The same guess, asked of different layers. Early layers show outlines all over the photo."
        " The last one shows a region.",
    )


def two_layers(x, z, h, v, y, delta, g) -> Figure:
    """The way back from a score through two layers to three pixels."""
    words = [f"pixel {i + 1} is {written(a)} and gets {written(b)}" for i, (a, b) in enumerate(zip(x, g, strict=True))]
    figure = Figure(
        alt=f"Three pixels, three hidden units with z = {', '.join(map(written, z))}, and the score {written(y)}. Below"
        f" the wires to the score stand the derivatives {', '.join(map(written, delta))}. " + "; ".join(words) + ".",
        caption="Forward above the wires, derivatives of the score below. The third unit is off, and nothing comes"
        " back through it.",
    )
    with figure.panel(width=4.4, height=2.5) as ax:
        blank(ax, 7.4, 4.2)
        for i, top in enumerate((3.6, 2.1, 0.6)):
            ax.text(0.75, top + 0.07, written(x[i]), ha="right", va="bottom", color=C0)
            ax.text(0.75, top - 0.07, written(g[i]), ha="right", va="top", color=C1)
            ax.text(0.2, top, f"$x_{i + 1}$", ha="center", va="center")
            for low in (3.6, 2.1, 0.6):
                ax.plot([0.95, 3.0], [top, low], color=GRID, lw=1)
            gate(ax, 3.3, top, written(z[i]), FOREGROUND if z[i] > 0 else MUTED)
            wire(ax, (3.3, top), (6.0, 2.1), f"× {written(v[i])}", delta[i], away=(0.3, 0.4), at=0.33)
        gate(ax, 6.2, 2.1, written(y), C2)
        ax.text(6.2, 1.55, "score", ha="center", va="top")
        ax.text(3.3, 4.15, "z, then ReLU", ha="center", va="top", color=MUTED, fontsize=9)
    return figure


def along(t, score, slope) -> Figure:
    """The score on a straight way through a photo, and its slope."""
    figure = Figure(
        alt=f"Left, the score along a straight way through the photo: a smooth curve between {score.min():.1f} and"
        f" {score.max():.1f}. Right, its slope at the same places: a jagged line between {slope.min():.2f} and"
        f" {slope.max():.2f}.",
        caption="Four levels of 255 to each side are faint noise on the photo. The score hardly moves,"
        " but its slope jumps about and changes its sign.",
    )
    for title, values, colour in (("The score", score, C0), ("Its slope", slope, C1)):
        with figure.panel(title, "levels of 255 along the way", width=3.2, height=2.5) as ax:
            ax.plot(t, values, color=colour)
            if colour == C1:
                ax.axhline(0, color=MUTED, linewidth=1)
            else:
                ax.set_ylim(0, 1.1 * values.max())
    return figure


def smoothed(photos: dict, plain, smooth) -> Figure:
    """Photos, their saliency and their SmoothGrad maps."""
    figure = Figure(
        alt="For each of two photos three pictures: the photo, its saliency, which is a cloud of single bright pixels,"
        " and its SmoothGrad map, in which the outlines of the object can be made out.",
        caption="Photo, saliency, SmoothGrad. White is the largest hundredth of the numbers.",
    )
    for (name, photo), *maps in zip(photos.items(), plain, smooth, strict=True):
        with figure.panel(name, width=2.0, height=2.2) as ax:
            shown(ax, small(photo))
        for title, one in zip(("saliency", "SmoothGrad"), maps, strict=True):
            with figure.panel(title, width=2.0, height=2.2) as ax:
                top = np.quantile(one, 0.99)
                picture(ax, np.round(7 * np.minimum(one / top, 1)) / 7)  # eight levels: noise weighs
    return figure


def steadiness(found: dict) -> Figure:
    """How alike each photo and its maps are before and after a little noise."""
    return _correlations(
        found,
        "The same photo, slightly noisy",
        "One dot a photo: how alike the photo and its maps are before and after. 1 is the same picture.",
    )


def shuffled(found: dict) -> Figure:
    """How alike the maps are when the last layer, or every layer, has its weights shuffled."""
    names = {1: "conv10 shuffled", 10: "all shuffled"}
    return _correlations(
        {f"{kind},\n{names[depth]}": values for depth, maps in found.items() for kind, values in maps.items()},
        "Maps of a shuffled net",
        "One dot a photo: how alike the map and that of the shuffled net are. A map that can be trusted becomes"
        " another.",
    )


def _correlations(rows: dict, title: str, caption: str) -> Figure:
    """A row of dots for each name: correlations from −1 to 1, one dot a photo."""
    told = "; ".join(
        f"{' '.join(name.split())} from {values.min():.2f} to {values.max():.2f}" for name, values in rows.items()
    )
    figure = Figure(alt=f"{title}, one dot for each of seven photos: {told}.", caption=caption)
    with figure.panel(title, "correlation", width=4.4, height=0.55 * len(rows) + 1.1, xlim=(-0.5, 1.05)) as ax:
        for place, (name, values) in enumerate(rows.items()):
            ax.plot(values, np.full(len(values), len(rows) - 1 - place), "o", color=C1 if "sal" in name else C0)
        ax.set_yticks(range(len(rows))[::-1], list(rows))
        ax.set_ylim(-0.6, len(rows) - 0.4)
        ax.axvline(0, color=MUTED, linewidth=1)
    return figure


def agreement(found: dict) -> Figure:
    """How far two SmoothGrad maps from other draws agree, by the number of draws."""
    counts, table = list(found), np.array(list(found.values()))
    means = ", ".join(f"{count}: {row.mean():.2f}" for count, row in zip(counts, table, strict=True))
    figure = Figure(
        alt=f"The correlation of two SmoothGrad maps over the number of draws, a thin line for each of seven photos and"
        f" a thick one for their mean. The means are {means}.",
        caption="Two SmoothGrad maps from other draws. The more draws each has, the less of it is chance.",
    )
    with figure.panel("Two maps agree", "draws in each map", "correlation", width=4.3, ylim=(0, 1)) as ax:
        ax.plot(counts, table, color=MUTED, linewidth=0.8)
        ax.plot(counts, table.mean(axis=1), "o-", color=C0)
        ax.set_xscale("log", base=2)
        ax.set_xticks(counts, [str(count) for count in counts])
    return figure


def step_by_hand(pictures, answers) -> Figure:
    """An image before and after steps towards what a unit wants, with the unit's answer."""
    told = "; ".join(f"{_rows(p)} gives {written(a)}" for p, a in zip(pictures, answers, strict=True))
    figure = Figure(
        alt=f"A 2 × 2 image and what the unit answers: {told}.",
        caption="Each step moves every pixel towards the sign of its weight, and the unit's answer grows by 4.",
    )
    for t, (one, a) in enumerate(zip(pictures, answers, strict=True)):
        with figure.panel(f"after {t} step{'s' * (t != 1)}: a = {written(a)}", width=2.1, height=2.1) as ax:
            blank(ax, 2, 2)
            cells(ax, 0, 2, one, [[C0 if v > 0 else C1 if v < 0 else None for v in row] for row in np.asarray(one)])
    return figure


def wanted(rows: dict) -> Figure:
    """For each layer, pictures (N, 3, H, W) that its channels want."""
    names = ", ".join(rows)
    figure = Figure(
        alt=f"Four pictures for each of the layers {names}. Those of the early layer are fine dots and slanting"
        " stripes; the middle layer wants bent lines and rows of dots; the late one wants rings like eyes.",
        caption="From noise to what a channel wants, in thirty steps: dots and stripes early, curves in the middle,"
        " rings and knots late.",
    )
    for name, pictures in rows.items():
        for i, one in enumerate(pictures):
            with figure.panel(name if i == 0 else " ", width=1.55, height=1.75) as ax:
                ax.title.set_fontsize(9.5)
                shown(ax, np.round(31 * one.transpose(1, 2, 0)) / 31)
    return figure


def looked_into(photos, guesses, what: str) -> Figure:
    """Two photos (3, H, W), and what the net says of each: a name and its probability."""
    told = [f"{name}, {share:.0%}" for name, share in guesses]
    figure = Figure(
        alt=f"Two photos: {what}. The net calls the first {told[0]}, and the second {told[1]}.",
        caption=f"{what[0].upper()}{what[1:]}, with the first guess and its probability.",
    )
    for title, photo in zip(told, photos, strict=True):
        step = max(photo.shape[1] // 75, 1)
        with figure.panel(title, width=2.2, height=2.3) as ax:
            ax.title.set_fontsize(9.5)
            shown(ax, np.round(31 * photo[:, ::step, ::step].transpose(1, 2, 0)) / 31)
    return figure


def read_the_map() -> Figure:
    """Three maps with their weights: the exercise asks where the evidence is greatest."""
    from dlbook.exercises.visualization import READ

    A, w = READ["A"], READ["w"]
    figure = Figure(
        alt="Three maps of 2 × 2 pixels with the weights of a class. "
        + "; ".join(f"map {k + 1}, {_rows(one)}, has weight {written(w[k])}" for k, one in enumerate(A))
        + ".",
        caption="Three maps, row by row, and the weight that a class gives to each.",
    )
    for k, one in enumerate(A):
        with figure.panel(f"map {k + 1}, weight {written(w[k])}", width=2.0, height=2.0) as ax:
            blank(ax, 2, 2)
            cells(ax, 0, 2, one)
    return figure
