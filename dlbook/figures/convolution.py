"""What chapter 14 draws: windows, what slides and what it sees, first; then what is measured."""

import numpy as np

from dlbook import data
from dlbook.experiments import convolution as lab
from dlbook.figures import C0, C1, C2, C3, FOREGROUND, GRID, MUTED, Figure
from dlbook.figures._drawing import arrow, blank, cells, frame, gate, picture, wire, written
from dlbook.scratch import layers

IMAGE = np.array([[1, 1, 5, 5], [1, 1, 5, 5], [1, 1, 5, 5], [3, 3, 3, 3]])  # of the first example by hand
POOLED = np.array([[1, 3, 2, 0], [4, 2, 1, 1], [0, 1, 5, 2], [2, 0, 3, 6]])  # of the examples of pooling
UPSTREAM = np.array([[1, -1], [2, 3]])
ROW, TAPS, DELTA = np.array([1, 2, 0, 3]), np.array([2, -1]), np.array([1, 0, 2])  # of the way back, in one dimension


def window() -> Figure:
    """One window on an image, the nine products, and the number that they become."""
    out = lab.filtered(IMAGE.astype(float), lab.SOBEL)
    pairs = zip(lab.SOBEL.ravel(), IMAGE[:3, :3].ravel(), strict=True)
    words = np.array([f"{written(w)} · {x}" for w, x in pairs]).reshape(3, 3)
    figure = Figure(
        alt="An image of 4 × 4 numbers with a frame on its 3 × 3 upper left; a kernel of 3 × 3 weights; the products "
        f"{', '.join(words.ravel())}; and the output of 2 × 2 numbers, whose first is their sum,"
        f" {out[0, 0]:g}.",
        caption="The kernel lies on a window of the image. Each weight is multiplied by the pixel beneath it, the nine"
        " products are added up, and their sum is one pixel of the output. Then the window moves on by one.",
    )
    inside = [[C0 if i < 3 and j < 3 else None for j in range(4)] for i in range(4)]
    with figure.panel("image x", width=1.75, height=2.1) as ax:
        blank(ax, 4.1, 4.1)
        cells(ax, 0.05, 4.05, IMAGE, inside)
        frame(ax, 0.05, 4.05, 3, 3)
    with figure.panel("kernel W", width=1.4, height=2.1) as ax:
        blank(ax, 3.1, 4.1)
        cells(ax, 0.05, 4.05, lab.SOBEL, [[C2] * 3] * 3)
    with figure.panel("products", width=1.95, height=2.1) as ax:
        blank(ax, 4.4, 4.1)
        ax.set(xlim=(0, 3.1), ylim=(0.0, 4.1), aspect="auto")
        cells(ax, 0.05, 4.05, words)
        ax.text(1.55, 0.45, f"sum {written(out[0, 0])}", ha="center", va="center", color=C1, fontsize=12)
    with figure.panel("output z", width=1.05, height=2.1) as ax:
        blank(ax, 2.1, 4.1)
        cells(ax, 0.05, 4.05, out, [[C1, None], [None, None]])
    return figure


def photo_kernels() -> Figure:
    """A photo, and what four kernels make of it."""
    photo = data.grey(data.photo("china"))
    figure = Figure(
        alt="A grey photo of a tower, and four maps of it. Blurred, it is soft. Sharpened, its lines are harder. The"
        " kernel for upright edges shows pillars and walls in black and white and leaves the roofs grey; the kernel"
        " for level edges shows the roofs and leaves the pillars grey.",
        caption="The same photo through four kernels of nine numbers. In the two maps of edges grey is 0: white where"
        " it gets brighter to the right or downwards, black where it gets darker. Photo: danielbuechele, CC BY 2.0.",
    )
    with figure.panel("photo", width=1.7, height=1.9) as ax:
        picture(ax, photo)
    for name in ("blur", "sharpen", "upright edges", "level edges"):
        made = lab.filtered(photo, lab.KERNELS[name])
        limits = (-1.6, 1.6) if "edges" in name else (0, 1)
        with figure.panel(name, width=1.7, height=1.9) as ax:
            picture(ax, made, *limits)
    return figure


def geometry() -> Figure:
    """Padding, stride and dilation: where the window may lie, and which pixels it reads."""
    figure = Figure(
        alt="Three images of 5 × 5 pixels with windows of 3 × 3 weights. With padding 1 a ring of zeros lies around the"
        " image, and the first window begins in it: 5 × 5 places. With stride 2 the second window begins two pixels"
        " further right: 2 × 2 places. With dilation 2 the nine weights lie on every second pixel and reach over all"
        " 5 × 5: one place.",
        caption="Padding lets the window reach over the rim, stride makes it leave places out, dilation spreads its"
        " weights. Tinted are the nine pixels that the first window reads, and framed what it covers.",
    )
    with figure.panel("padding 1: 5 × 5 places", width=2.1, height=2.3) as ax:
        blank(ax, 7.2, 7.2)
        ring = [[0 if 0 in (i, j) or 6 in (i, j) else None for j in range(7)] for i in range(7)]
        rims = [[GRID if v == 0 else MUTED for v in row] for row in ring]
        cells(ax, 0.1, 7.1, ring, _tinted(7, 3, 1), rims, size=9)
        frame(ax, 0.1, 7.1, 3, 3)
    with figure.panel("stride 2: 2 × 2 places", width=2.1, height=2.3) as ax:
        blank(ax, 7.2, 7.2)
        cells(ax, 1.1, 6.1, [[None] * 5] * 5, _tinted(5, 3, 1))
        frame(ax, 1.1, 6.1, 3, 3)
        frame(ax, 3.16, 6.04, 2.94, 2.88, C0)
        arrow(ax, (2.6, 6.55), (4.6, 6.55), MUTED)
        ax.text(3.6, 6.8, "2", ha="center", va="bottom", color=MUTED)
    with figure.panel("dilation 2: 1 place", width=2.1, height=2.3) as ax:
        blank(ax, 7.2, 7.2)
        cells(ax, 1.1, 6.1, [[None] * 5] * 5, _tinted(5, 3, 2))
        frame(ax, 1.1, 6.1, 5, 5)
    return figure


def _tinted(size: int, kernel: int, dilation: int) -> list[list]:
    """Which cells a first window reads."""
    read = {dilation * k for k in range(kernel)}
    return [[C0 if i in read and j in read else None for j in range(size)] for i in range(size)]


def groups() -> Figure:
    """Which output channel sees which input channels, for one, two and four groups."""
    counts = {G: 9 * 4 * 4 // G for G in (1, 2, 4)}
    figure = Figure(
        alt="Four channels in, four channels out, three times. "
        + " ".join(
            f"With {G} group{'s' * (G > 1)} there are {16 // G} lines and {n} weights." for G, n in counts.items()
        ),
        caption="Each line is a kernel of nine weights. Groups cut lines: an output channel sees the channels of its"
        " own group alone, and with as many groups as channels only its own.",
    )
    for G, count in counts.items():
        with figure.panel(f"{G} group{'s' * (G > 1)}: {count} weights", width=2.1, height=2.3) as ax:
            blank(ax, 3.4, 4.0)
            for i in range(4):
                for o in range(4):
                    if i * G // 4 == o * G // 4:
                        colour = (C0, C1, C2, C3)[i * G // 4]
                        ax.plot([0.75, 2.65], [3.5 - i, 3.5 - o], color=colour, linewidth=1.3)
            for i in range(4):
                gate(ax, 0.5, 3.5 - i, f"x{'₁₂₃₄'[i]}")
                gate(ax, 2.9, 3.5 - i, f"z{'₁₂₃₄'[i]}")
    return figure


def sharing() -> Figure:
    """The matrix of a dense layer and that of a convolution, from the same nine pixels to the same four numbers."""
    matrix = as_matrix()
    figure = Figure(
        alt="Two matrices of 4 rows and 9 columns. In that of the dense layer all 36 cells are filled. In that of the"
        " convolution each row holds the numbers 1 to 4, once each, 1 and 2 side by side and 3 and 4 as well, further"
        " right from row to row; the other 20 cells are empty.",
        caption="From the nine pixels of a 3 × 3 image to 2 × 2 outputs, a row for each output and a column for each"
        " pixel. The dense layer has 36 weights. The convolution with a window of 2 × 2 has four, each used four"
        " times, and 0 elsewhere.",
    )
    with figure.panel("dense: 36 weights", width=3.4, height=1.85) as ax:
        blank(ax, 9.2, 4.2)
        cells(ax, 0.1, 4.1, [[None] * 9] * 4, [[MUTED] * 9] * 4)
    with figure.panel("convolution: 4 weights", width=3.4, height=1.85) as ax:
        blank(ax, 9.2, 4.2)
        tints = [[(C0, C1, C2, C3)[k - 1] if k else None for k in row] for row in matrix]
        cells(ax, 0.1, 4.1, [[k or None for k in row] for row in matrix.tolist()], tints)
    return figure


def as_matrix() -> np.ndarray:
    """Which of four weights joins a pixel of a 3 × 3 image (a column) to an output (a row); 0 for none."""
    numbers = np.arange(1.0, 5).reshape(1, 1, 2, 2)
    each = np.eye(9).reshape(9, 1, 3, 3)  # one pixel at a time
    return layers.conv2d(each, numbers).reshape(9, 4).T.astype(int)


def backward() -> Figure:
    """A convolution in one dimension as wires: forward, and what comes back along them."""
    z = np.correlate(ROW, TAPS)
    x_grad = np.convolve(DELTA, TAPS)
    figure = Figure(
        alt=f"Four pixels, {_list(ROW)}, joined to three outputs by six wires; the first weight, 2, lies on three of"
        f" them, the second, −1, on the other three. Forward the outputs are {_list(z)}. Backward {_list(DELTA)}"
        f" arrives at the outputs, and {_list(x_grad)} at the pixels.",
        caption="Wires of one colour carry the same weight. Forward, an output gathers from two pixels. Backward, a"
        " pixel collects from the outputs that it went into, along the same wires, so that the weights stand the other"
        " way round.",
    )
    pixels, outputs = [(0.6 + 1.1 * k, 2.5) for k in range(4)], [(1.15 + 1.1 * k, 0.6) for k in range(3)]
    ways = (("Forward: gather", ROW, z, "x", "z"), ("Backward: collect", x_grad, DELTA, "∂L/∂x", "∂L/∂z"))
    for title, above, below, up, down in ways:
        with figure.panel(title, width=3.3, height=2.5) as ax:
            blank(ax, 5.2, 3.3)
            for k, end in enumerate(outputs):
                for tap, colour in enumerate((C0, C2)):
                    ends = (pixels[k + tap], end) if up == "x" else (end, pixels[k + tap])
                    wire(ax, *ends, colour=colour, away=(0.3, 0.3))
            for places, values in ((pixels, above), (outputs, below)):
                for place, value in zip(places, values, strict=True):
                    gate(ax, *place, written(int(value)), FOREGROUND if up == "x" else C1)
            ax.text(4.75, 2.5, up, ha="center", va="center", color=MUTED)
            ax.text(4.45, 0.6, down, ha="center", va="center", color=MUTED)
            ax.text(0.1, 1.55, "2", color=C0, ha="center", va="center")
            ax.text(4.35, 1.55, "−1", color=C2, ha="center", va="center")
    return figure


def _list(values) -> str:
    return ", ".join(written(int(value)) for value in values)


def learned(run) -> Figure:
    """A kernel on its way from random numbers to Sobel's, and the loss on the way."""
    steps = list(run.kernels)
    last = run.kernels[steps[-1]].round(1).ravel().tolist()
    figure = Figure(
        alt=f"The nine weights after {', '.join(map(str, steps))} steps, from small random numbers to "
        f"{', '.join(written(w + 0.0) for w in last)}. The loss falls from {run.loss[0]:.2f} to {run.loss[-1]:.0e}.",
        caption="Descent is never told what an edge is. It gets the photo and the map of its edges, and finds the"
        " kernel that leads from one to the other.",
    )
    for step in steps:
        kernel = run.kernels[step]
        with figure.panel(f"step {step}", width=1.75, height=1.95) as ax:
            blank(ax, 3.1, 3.1)
            tints = [[C0 if w > 0.25 else C1 if w < -0.25 else None for w in row] for row in kernel]
            cells(ax, 0.05, 3.05, [[written(round(w, 1) + 0.0) for w in row] for row in kernel.tolist()], tints)
    with figure.panel("", "step", "loss", width=3.2, height=2.1, yscale="log") as ax:
        ax.plot(run.loss)
    return figure


def pooling() -> Figure:
    """Two ways to make one number of four, and where their gradients go."""
    x, u = POOLED[None, None].astype(float), UPSTREAM[None, None].astype(float)
    top, mean = layers.max_pool2d(x, 2)[0, 0], layers.avg_pool2d(x, 2)[0, 0]
    top_back, mean_back = layers.max_pool2d_backward(u, x, 2)[0, 0], layers.avg_pool2d_backward(u, x, 2)[0, 0]
    figure = Figure(
        alt=f"Four windows of 2 × 2 on an image of 4 × 4. Their maxima are {_all(top)}, their means {_all(mean)}. "
        f"Where {_all(UPSTREAM)} comes back, the maxima send it to one pixel of each window and 0 to the others, the "
        f"means a quarter of it to all four.",
        caption="A window is a colour. Forward, its maximum or its mean goes on. Backward, the maximum hands all that"
        " arrives to the pixel that won, and the mean gives each pixel a quarter.",
    )
    four = np.array([[C0, C1], [C2, C3]])
    big = np.kron(np.arange(4).reshape(2, 2), np.ones((2, 2), int))
    tints = four.ravel()[big]
    panels = (
        ("image", POOLED, tints), ("maxima", top, four), ("means", mean, four),
        ("what arrives", UPSTREAM, four), ("back through maxima", top_back, tints),
        ("back through means", mean_back, tints),
    )  # fmt: skip
    for title, values, colours in panels:
        size = len(values)
        with figure.panel(title, width=0.15 + size / 2, height=2.3) as ax:
            blank(ax, size + 0.1, 4.1)
            cells(ax, 0.05, 2.05 + size / 2, values, colours, size=9.5)
    return figure


def _all(values) -> str:
    return ", ".join(written(float(value)) for value in np.ravel(values))


def pooled_photo() -> Figure:
    """The edges of a photo, an eighth of the size in three ways."""
    edges = np.abs(lab.filtered(data.grey(data.photo("china")), lab.SOBEL))[None, None, :152, :152]
    made = {
        "every 8th pixel": edges[0, 0, ::8, ::8],
        "maxima of 8 × 8": layers.max_pool2d(edges, 8)[0, 0],
        "means of 8 × 8": layers.avg_pool2d(edges, 8)[0, 0],
    }
    figure = Figure(
        alt="The upright edges of the tower on 152 × 152 pixels, and three times on 19 × 19. Of every 8th pixel hardly"
        " a shape is left. The maxima show the whole tower, bright. The means show it, too, softer and darker.",
        caption="Leaving pixels out loses the tower. A maximum says that there was an edge somewhere in the window, and"
        " not where. A mean says how much edge there was, and not of which kind.",
    )
    with figure.panel("edges", width=1.55, height=1.75) as ax:
        picture(ax, edges[0, 0], 0, 2)
    for title, pixels in made.items():
        with figure.panel(title, width=1.55, height=1.75) as ax:
            picture(ax, pixels, 0, pixels.max())
    return figure


def receptive() -> Figure:
    """How far one number at the top sees: two layers of 3, and the same with pooling between them."""
    figure = Figure(
        alt="Rows of dots above each other, and lines down from one dot at the top. Through two layers with windows of"
        " 3 it sees 5 pixels. With a pooling of 2 between them it sees 8.",
        caption="Each line leads to a number that was read. A second layer of 3 × 3 adds one pixel on each side. After"
        " a pooling its neighbours lie two pixels apart, and it adds two on each side.",
    )
    stacks = (
        ("3, then 3: sees 5", (lab.Stage("conv", 3), lab.Stage("conv", 3))),
        ("3, pool 2, 3: sees 8", (lab.Stage("conv", 3), lab.Stage("pool", 2, 2), lab.Stage("conv", 3))),
    )
    for title, stages in stacks:
        with figure.panel(title, width=3.4, height=2.5) as ax:
            ax.axis("off")
            _tree(ax, stages)
    return figure


def _tree(ax, stages) -> None:
    """Dots for the numbers of each stage that one number at the top depends on, at the places that they look at."""
    places = [0.0]  # in pixels of the input, from the middle
    apart = [1, *[apart for _, apart in lab.receptive_fields(stages)]]
    for level in range(len(stages), 0, -1):
        stage, step = stages[level - 1], apart[level - 1]
        offsets = [(k - (stage.kernel - 1) / 2) * step for k in range(stage.kernel)]
        below = sorted({place + offset for place in places for offset in offsets})
        for place in places:
            for offset in offsets:
                ax.plot([place, place + offset], [level, level - 1], color=MUTED, linewidth=0.8, zorder=0)
        ax.plot(places, [level] * len(places), "o", color=C1 if level == len(stages) else MUTED, markersize=8)
        ax.text(-6.1, level - 0.5, f"{'pool' if stage.name == 'pool' else 'window'} {stage.kernel}", va="center")
        places = below
    for pixel in (np.arange(10) - 4.5) if len(places) % 2 == 0 else (np.arange(9) - 4):
        colour = C0 if min(places) - 0.1 < pixel < max(places) + 0.1 else GRID
        ax.plot(pixel, 0, "s", color=colour, markersize=10)
    ax.set(xlim=(-6.3, 5), ylim=(-0.4, len(stages) + 0.4))


def nets(table) -> Figure:
    """What two nets read of the digits, with the pixels in order and shuffled, a dot for each start."""
    rows = [(net, shuffled) for net in ("dense", "convolution") for shuffled in (False, True)]
    values = {row: 100 * table.of("accuracy", net=row[0], shuffled=row[1]) for row in rows}
    name = lambda row: f"{row[0]}, {'shuffled' if row[1] else 'in order'}"
    figure = Figure(
        alt="The share of unseen digits read right, in percent, for eight starts each. "
        + " ".join(f"{name(row)}: {v.min():.1f} to {v.max():.1f}, mean {v.mean():.1f}." for row, v in values.items()),
        caption="Each dot is a net from another start, each bar their mean. Shuffling costs the dense net nothing. It"
        " costs the convolutional net all that it was ahead.",
    )
    with figure.panel("Digits read right", "%", width=5.4, height=2.4) as ax:
        for level, (row, shares) in enumerate(reversed(values.items())):
            colour = C0 if row[0] == "dense" else C2
            spread = np.linspace(-0.16, 0.16, len(shares))
            ax.plot(shares, level + spread, "o", color=colour, markersize=5, fillstyle="none" if row[1] else "full")
            ax.plot([shares.mean()] * 2, [level - 0.32, level + 0.32], color=FOREGROUND, linewidth=2)
        ax.set_yticks(range(len(rows)), [name(row) for row in reversed(rows)])
        ax.grid(axis="y", visible=False)
    return figure


def feature_maps(model, image: np.ndarray) -> Figure:
    """What the convolutions of a LeNet make of one image (784,)."""
    x, shown = image.reshape(1, 1, 28, 28), []
    for layer in model.eval().layers[:6]:
        x = layer(x)
        shown.append(x[0])
    figure = Figure(
        alt="An ankle boot of 28 × 28 pixels; six maps of the same size, in which different edges of it are bright; the"
        " same at 14 × 14; and sixteen maps of 5 × 5 pixels, in which no boot can be seen.",
        caption="One boot on its way through LeNet. The six kernels of the first layer answer to different edges."
        " What the dense layers get are the 400 numbers of the last maps, sixteen of 5 × 5.",
    )
    with figure.panel("image", width=1.5, height=1.7) as ax:
        picture(ax, image.reshape(28, 28), image.min(), image.max())
    for title, maps, columns in (("6 maps, 28 × 28", shown[1], 3), ("pooled, 14 × 14", shown[2], 3),
                                 ("16 maps, 5 × 5", shown[5], 4)):  # fmt: skip
        with figure.panel(title, width=2.6 if columns == 3 else 1.9, height=1.9) as ax:
            picture(ax, _mosaic(maps, columns))
    return figure


def _mosaic(maps: np.ndarray, columns: int) -> np.ndarray:
    """Maps (C, H, W), each from 0 to its largest, in rows of so many, with a gap between them."""
    scaled = maps / np.maximum(maps.max(axis=(1, 2), keepdims=True), 1e-12)
    framed = np.pad(scaled, ((0, 0), (0, 1), (0, 1)), constant_values=np.nan)
    C, H, W = framed.shape
    return framed.reshape(C // columns, columns, H, W).transpose(0, 2, 1, 3).reshape(C // columns * H, columns * W)


def unknown_kernel() -> Figure:
    """A photo and the map that a kernel made of it: which kernel was it?"""
    from dlbook.exercises.convolution import ASKED

    photo = data.grey(data.photo("flower"))[::2, ::2]
    made = lab.filtered(photo, ASKED)
    figure = Figure(
        alt="A bright flower on a dark ground, 80 × 80 pixels, and a map of it. The map is grey on the even ground. The"
        " upper rim of the flower is white in it, the lower rim black; at the left and right rim it is grey.",
        caption="Left the photo, right what one kernel made of it. Grey is 0, white positive, black negative. Photo:"
        " vultilion, CC BY 2.0.",
    )
    with figure.panel("photo", width=1.7, height=1.9) as ax:
        picture(ax, photo)
    with figure.panel("map", width=1.7, height=1.9) as ax:
        picture(ax, made, -1, 1)
    return figure
