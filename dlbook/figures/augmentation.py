"""What chapter 17 draws: changed pictures and how they come about, then what was measured."""

import numpy as np

from dlbook import data
from dlbook.experiments import augmentation as lab
from dlbook.figures import C0, C1, C2, FOREGROUND, GRID, MUTED, Figure
from dlbook.figures._drawing import arrow, blank, box, cells, frame, picture
from dlbook.scratch import activations, augmentation

SIX = 31  # a row of the digits
PHOTO = 57  # pixels on each side of a photo, a quarter of what it has


def fates() -> Figure:
    """One digit, changed in five ways, and what a person calls it then."""
    x = data.mnist().X[[SIX]]
    made = [
        ("as it is: 6", x),
        ("turned by 15°: 6", augmentation.rotate(x, 15)),
        ("shifted: 6", augmentation.translate(x, 4, 2)),
        ("in the mirror: ?", augmentation.horizontal_flip(x, 0.0)),
        ("turned by 180°: 9", augmentation.rotate(x, 180)),
    ]
    figure = Figure(
        alt="A handwritten 6 five times: " + "; ".join(title for title, _ in made) + ".",
        caption="The label survives a small turn and a shift. In the mirror it is no digit, and upside down it is"
        " another one. Which changes are allowed is decided by the task, and not by the image.",
    )
    for title, image in made:
        with figure.panel(title, width=1.6, height=1.8) as ax:
            picture(ax, image[0, 0])
    return figure


def flip_cells() -> Figure:
    """A 2 × 3 image and its mirror image."""
    x = np.array([[1, 2, 3], [4, 5, 6]])
    tints = [[C0, None, C1]] * 2
    figure = Figure(
        alt="An image with the rows 1 2 3 and 4 5 6 beside its mirror image with the rows 3 2 1 and 6 5 4.",
        caption="Column j goes to column W − 1 − j. With three columns, counted from 0, the first and the last change"
        " places, and the one in the middle stays.",
    )
    with figure.panel(width=4.6, height=1.5) as ax:
        blank(ax, 9.2, 2.6)
        cells(ax, 0.3, 2.3, x, tints)
        arrow(ax, (3.7, 1.3), (5.4, 1.3), MUTED)
        cells(ax, 5.8, 2.3, x[:, ::-1], [row[::-1] for row in tints])
    return figure


def crop_cells() -> Figure:
    """A 3 × 3 image in a rim of zeros, a window on it, and what the window shows."""
    x = np.arange(1, 10).reshape(3, 3)
    wide = np.pad(x, 1)
    figure = Figure(
        alt="The numbers 1 to 9 in three rows, surrounded by zeros. A frame of 3 × 3 begins at row 0, column 2, and"
        f" shows the rows {', '.join(' '.join(map(str, row)) for row in wide[:3, 2:])}.",
        caption="A rim of zeros, then a window as large as the image was. The window lies one pixel higher and one"
        " further right than the image, so the image moves one down and one to the left.",
    )
    tints = [[C0 if 0 < i < 4 and 0 < j < 4 else None for j in range(5)] for i in range(5)]
    with figure.panel(width=4.8, height=2.5) as ax:
        blank(ax, 11.2, 5.5)
        cells(ax, 0.3, 5.2, wide, tints)
        frame(ax, 2.3, 5.2, 3, 3)
        arrow(ax, (5.7, 3.7), (7.2, 3.7), MUTED)
        cells(ax, 7.7, 5.2, wide[:3, 2:], [row[2:] for row in tints[:3]])
    return figure


def between_pixels(a, b) -> Figure:
    """A place between four pixels: each counts as much as the area of the rectangle across from it."""
    from matplotlib.patches import Rectangle

    weights = {"x₀₀": (1 - a) * (1 - b), "x₀₁": (1 - a) * b, "x₁₀": a * (1 - b), "x₁₁": a * b}
    figure = Figure(
        alt=f"A square whose corners are four pixels. A place lies {a:g} of the way down and {b:g} of the way to the"
        " right, and divides the square into four rectangles. Their areas are the weights: "
        + ", ".join(f"{weight:g} for {name}" for name, weight in weights.items()) + ".",
        caption="The place divides the square into four rectangles. A pixel counts as much as the rectangle in the"
        " opposite corner is large. The nearer the place comes to a pixel, the larger that rectangle.",
    )  # fmt: skip
    corners = {"x₀₀": (0, 1), "x₀₁": (1, 1), "x₁₀": (0, 0), "x₁₁": (1, 0)}
    areas = {"x₀₀": (b, 0, 1 - b, 1 - a), "x₀₁": (0, 0, b, 1 - a), "x₁₀": (b, 1 - a, 1 - b, a), "x₁₁": (0, 1 - a, b, a)}
    with figure.panel(width=3.9, height=3.1) as ax:
        ax.axis("off")
        ax.set(xlim=(-0.35, 1.35), ylim=(-0.2, 1.2), aspect="equal")
        for (name, place), colour in zip(corners.items(), (C0, C1, C2, MUTED), strict=True):
            left, low, wide, high = areas[name]
            ax.add_patch(Rectangle((left, low), wide, high, facecolor=colour, alpha=0.18))
            ax.text(left + wide / 2, low + high / 2, f"{weights[name]:g}", ha="center", va="center", color=colour)
            ax.plot(*place, "o", color=colour, markersize=9)
            side = 1 if place[0] else -1
            ax.text(place[0] + 0.08 * side, place[1], name, ha="left" if side > 0 else "right", va="center")
        ax.plot(b, 1 - a, "x", color=FOREGROUND, markersize=10, markeredgewidth=2.2)
    return figure


def forward_and_back(angle=30) -> Figure:
    """The same turn, by sending pixels forward and by asking back."""
    x = lab.images("digits")[0][SIX, 0].astype(float)
    sent = lab.push_forward(x, angle)
    holes = lab.holes(len(x), angle)
    figure = Figure(
        alt=f"A handwritten 6, turned by {angle}° in two ways. Sent forward, {holes} pixels inside stay empty. Asked"
        " back, none does.",
        caption="On the left each old pixel was sent to its new place and rounded; the empty places are coloured. On"
        " the right each new pixel asked where it comes from, and read the old image there.",
    )
    with figure.panel("sent forward", width=2.6, height=2.7) as ax:
        picture(ax, np.nan_to_num(sent))
        empty = np.isnan(sent) & (augmentation.rotate(np.ones((1, 1, *x.shape)), angle)[0, 0] > 0.999)
        rows, columns = np.nonzero(empty)
        ax.plot(columns, rows, "s", color=C1, markersize=2.6)
    with figure.panel("asked back", width=2.6, height=2.7) as ax:
        picture(ax, augmentation.rotate(x[None, None], angle)[0, 0])
    return figure


def source_of_a_pixel() -> Figure:
    """Where the pixel right of the centre comes from, under three maps."""
    x = np.arange(1, 10).reshape(3, 3)
    maps = [
        ("turned by 90°", (1.85, 0.75), "8"),  # the tip stops short of the number
        ("shifted by 1", (1.75, 1.55), "5"),
        ("twice as large", (2.0, 1.5), "5.5"),
    ]
    figure = Figure(
        alt="The numbers 1 to 9 in three rows, three times. The new pixel right of the centre reads below the centre"
        " under a turn by 90°, at the centre under a shift by 1, and half-way to the right under a zoom by 2.",
        caption="The framed cell is the new pixel (u, v) = (1, 0). The arrow leads back to the place where it reads the"
        " old image: an 8, a 5, and half-way between 5 and 6.",
    )
    for title, (column, row), found in maps:
        with figure.panel(f"{title}: reads {found}", width=2.3, height=2.3) as ax:
            blank(ax, 3.2, 3.2)
            cells(ax, 0.1, 3.1, x)
            frame(ax, 2.1, 2.1, 1, 1)
            arrow(ax, (2.55, 1.75 if row > 1 else 1.3), (column + 0.1, row + 0.1), C1)
    return figure


def small(name) -> np.ndarray:
    """A photo in colour: (1, 3, PHOTO, PHOTO)."""
    photo = data.photos()[name]
    wide = np.pad(photo, ((0, 0), (0, 1), (0, 1)), mode="edge")
    return wide.reshape(3, PHOTO, 4, PHOTO, 4).mean(axis=(2, 4))[None]


def coloured(ax, image) -> None:
    """A picture in colour (1, 3, H, W), in 24 levels: fewer bytes."""
    ax.axis("off")
    ax.imshow(np.round(23 * np.clip(image[0].transpose(1, 2, 0), 0, 1)) / 23, interpolation="none")


def gallery() -> Figure:
    """A cat, changed in each of the ways that leave its label alone."""
    x, rng = small("chelsea"), np.random.default_rng(0)
    made = [
        ("as it is", x),
        ("flip", augmentation.horizontal_flip(x, 0.0)),
        ("crop", augmentation.crop(x, 12, 0, PHOTO, PHOTO, padding=8)),
        ("rotation", augmentation.rotate(x, 15)),
        ("zoom", augmentation.zoom(x, 1.3)),
        ("brightness", augmentation.adjust_brightness(x, 1.5)),
        ("contrast", augmentation.adjust_contrast(x, 1.8)),
        ("noise", augmentation.gaussian_noise(x, rng.normal(size=x.shape), 0.12)),
        ("cutout", augmentation.cutout(x, 37, 22, 20, 20)),
    ]
    figure = Figure(
        alt="The photo of a cat nine times: " + ", ".join(name for name, _ in made) + ".",
        caption="Nine arrays of numbers, hardly one of them equal to another, and one label. A net that has seen the"
        " first alone has no reason to call the other eight a cat.",
    )
    for title, image in made:
        with figure.panel(title, width=1.6, height=1.8) as ax:
            coloured(ax, image)
    return figure


def mixing() -> Figure:
    """A cat and a cup, laid over each other and cut into each other, with the shares of their labels."""
    x, y = np.concatenate([small("chelsea"), small("coffee")]), np.eye(2)
    over, over_y = augmentation.mixup(x, y, [1, 0], 0.6)
    into, into_y = augmentation.cutmix(x, y, [1, 0], 0.6, 40, 38)
    told = lambda shares: f"cat {shares[0]:.2f}, cup {shares[1]:.2f}"
    made = [
        ("x\ncat 1", x[:1]), ("x′\ncup 1", x[1:]), (f"mixup\n{told(over_y[0])}", over[:1]),
        (f"CutMix\n{told(into_y[0])}", into[:1]),
    ]  # fmt: skip
    figure = Figure(
        alt="Four pictures with their labels: " + "; ".join(title.replace("\n", ": ") for title, _ in made) + ".",
        caption="Mixup lays the cup over the cat, λ = 0.6. CutMix puts a box of the cup into the cat. The box was drawn"
        " for 0.6, too, but whole pixels and the border decide the share that is left.",
    )
    for title, image in made:
        with figure.panel(title, width=1.6, height=2.0) as ax:
            coloured(ax, image)
            ax.title.set_fontsize(9)
    return figure


def loop() -> Figure:
    """Where the change stands in the loop that trains."""
    figure = Figure(
        alt="A cycle of five boxes: batch, change, forward and loss, backward, step; from the step an arrow leads back"
        " to the batch.",
        caption="The change comes after the batch is taken and before the net sees it. Every epoch draws anew, so"
        " hardly an image is seen twice. Validation and test images skip this box.",
    )
    with figure.panel(width=4.4, height=2.3) as ax:
        blank(ax, 7.2, 3.6)
        places = ((1.2, 2.9), (3.6, 2.9), (6.0, 2.9), (6.0, 0.7), (1.2, 0.7))
        words = (
            "batch\nx, y",
            "change\nx̃, ỹ,\ndrawn anew",
            "forward\nloss",
            "backward\n∂L/∂w",
            "step\nw ← w −\nη ∂L/∂w",
        )
        for place, text, colour in zip(places, words, (MUTED, C1, C0, C0, FOREGROUND), strict=True):
            box(ax, *place, 1.9, 1.25, text, colour)
        for start, end in zip(places, places[1:] + places[:1], strict=True):
            across = np.sign(end[0] - start[0]) * 0.97, np.sign(end[1] - start[1]) * 0.65
            arrow(ax, np.add(start, across), np.subtract(end, across), MUTED)
    return figure


def worth_of_copies(rhos) -> Figure:
    """How many independent images n copies are worth, for several correlations."""
    n = np.arange(1, 41)
    told = "; ".join(f"{name} with ρ = {rho:.2f}, never more than {1 / rho:.2f}" for name, rho in rhos.items())
    figure = Figure(
        alt=f"Worth over the number of copies: each curve rises and levels off. {told}.",
        caption="What n copies of one image are worth, by the formula above, with the correlations that were measured."
        " The first copies bring nearly all of it.",
    )
    with figure.panel("One image and its copies", "copies n", "worth, in images", width=4.4, height=2.8) as ax:
        for name, rho in rhos.items():
            ax.plot(n, lab.worth(n, rho), label=f"{name}, ρ = {rho:.2f}")
        ax.set(ylim=(0.8, 3.1))
    return figure


def gain(table) -> Figure:
    """Digits read right over the number of images, for three recipes, every seed a dot."""
    sizes, names = (50, 200, 1000), {"none": "as they are", "moves": "moved", "mirror": "mirrored"}
    means = {r: [table.of("accuracy", size=s, recipe=r).mean() for s in sizes] for r in names}
    told = "; ".join(
        f"{names[r]}: " + ", ".join(f"{m:.1%} after {s}" for s, m in zip(sizes, row, strict=True))
        for r, row in means.items()
    )
    figure = Figure(
        alt=f"Share of unseen digits read right over the number of training images, means of five seeds. {told}.",
        caption="Turned, shifted and zoomed digits gain most where images are few. Mirrored ones lose at every size."
        " Dots are single seeds, which draw the images, the start and the changes.",
    )
    with figure.panel("Digits", "labelled images", "read right", width=4.4, height=3) as ax:
        for (recipe, name), colour, style in zip(names.items(), (MUTED, C0, C1), ("o--", "o-", "o:"), strict=True):
            ax.plot(sizes, means[recipe], style, color=colour, label=name, markersize=5)
            for size in sizes:
                seen = table.of("accuracy", size=size, recipe=recipe)
                ax.plot([size] * len(seen), seen, ".", color=colour, alpha=0.55, markersize=5)
        ax.set_xscale("log")
        ax.set_xticks(sizes, [f"{size:,}" for size in sizes])
        ax.minorticks_off()
    return figure


def clothes(table) -> Figure:
    """Clothes named right by recipe, for two nets and two test sets."""
    recipes = ("none", "moves", "mirror", "upside down")
    figure = Figure(
        alt="Share of unseen clothes named right. "
        + " ".join(
            f"{net}, {place}: " + ", ".join(
                f"{r} {table.of(key, net=net, recipe=r).mean():.1%}" for r in recipes) + "."
            for net in ("dense", "conv") for place, key in (("centred", "accuracy"), ("off centre", "off_centre"))
        ),
        caption="Dots are five seeds, bars their means. Filled: clothes as they are, centred and upright. Rings: the"
        " same clothes, moved by up to three pixels, where moving in training pays.",
    )  # fmt: skip
    for net, title in (("dense", "Dense net"), ("conv", "Convolutions")):
        with figure.panel(title, ylabel="named right", width=3.7, height=3.1, ylim=(0.42, 0.8)) as ax:
            for key, shift, colour, fill in (("accuracy", -0.12, C0, "full"), ("off_centre", 0.12, C1, "none")):
                for k, recipe in enumerate(recipes):
                    seen = table.of(key, net=net, recipe=recipe)
                    ax.plot([k + shift] * len(seen), seen, "o", color=colour, fillstyle=fill, markersize=4)
                    ax.plot([k + shift - 0.1, k + shift + 0.1], [seen.mean()] * 2, color=colour)
            ax.set_xticks(range(4), ["none", "moves", "mirror", "upside\ndown"])
            ax.grid(axis="x", visible=False)
    return figure


def looks(model, image, views, names, label) -> Figure:
    """One digit seen in several ways, what the net says of the right answer each time, and the mean."""
    seen = [view(image[None]) for view in views]
    says = [float(activations.softmax(model(x))[0, label]) for x in seen]
    told = ", ".join(f"{name} {p:.2f}" for name, p in zip(names, says, strict=True))
    figure = Figure(
        alt=f"One handwritten {label} in {len(seen)} views, with the probability that the net gives to {label}: {told}."
        f" The mean is {np.mean(says):.2f}.",
        caption=f"The same {label} five times, moved by a pixel at most. A person sees no difference, and the net's"
        f" probability for {label} stands above each. Their mean, {np.mean(says):.2f}, depends less on where the digit"
        " happens to lie.",
    )
    for x, name, p in zip(seen, names, says, strict=True):
        with figure.panel(f"{name}: {p:.2f}", width=1.6, height=1.8) as ax:
            picture(ax, x[0, 0])
    return figure


READ = {"angle": 90.0, "tx": 1.0, "ty": 0.0}  # of the map that an exercise reads off


def read_the_map() -> Figure:
    """A corner of three dots before and after a map: the exercise asks for its θ."""
    x = np.zeros((1, 1, 7, 7))
    x[0, 0, 3, [3, 4, 5]] = 1
    x[0, 0, 4, 3] = 1
    y = augmentation.affine(x, augmentation.affine_matrix(**READ))
    places = lambda image: ", ".join(f"({j - 3}, {i - 3})".replace("-", "−") for i, j in np.argwhere(image[0, 0] > 0.5))
    figure = Figure(
        alt=f"Two images of 7 × 7 pixels, places counted from the centre to the right and down. Before, the dots lie at"
        f" {places(x)}. After, they lie at {places(y)}.",
        caption="Before and after the map. The cross marks the centre of the image, (0, 0).",
    )
    for title, image in (("before", x), ("after", y)):
        with figure.panel(title, width=2.6, height=2.7) as ax:
            ax.set(xlim=(-3.5, 3.5), ylim=(3.5, -3.5), aspect="equal")
            ax.set_xticks(range(-3, 4))
            ax.set_yticks(range(-3, 4))
            rows, columns = np.nonzero(image[0, 0] > 0.5)
            ax.plot(columns - 3, rows - 3, "s", color=C0, markersize=11)
            ax.plot(0, 0, "+", color=C1, markersize=11, markeredgewidth=2)
            ax.grid(color=GRID)
    return figure
