"""What the reader of chapter 17 does: flip, cut, read between pixels, ask back, mix, and train on what moves."""

import numpy as np

from dlbook.practise.exercise import Choose, Code, Mistake, Predict, Route
from dlbook.scratch import activations, augmentation, losses


def _flip_cases():
    rng = np.random.default_rng(0)
    return [
        (rng.random((4, 1, 2, 3)), np.array([0.1, 0.6, 0.3, 0.9]), 0.5),
        (rng.random((3, 2, 3, 4)), np.array([0.1, 0.2, 0.3]), 0.2),
        (rng.random((2, 3, 3, 3)), np.array([0.0, 0.99]), 1.0),
    ]


def _flip(line: str, test: str = "draw < p") -> str:
    """A flip that gives each image this line where the test holds."""
    return f"""\
def flip_some(x, draw, p):
    flipped = ({test})[:, None, None, None]
    return np.where(flipped, {line}, x)
"""


def _crop_cases():
    rng = np.random.default_rng(1)
    return [
        (rng.random((3, 1, 4, 4)), np.array([0, 1, 4]), np.array([4, 2, 3]), 2),
        (rng.random((2, 3, 3, 5)), np.array([0, 2]), np.array([1, 0]), 1),
        (rng.random((2, 2, 5, 3)), np.array([3, 6]), np.array([5, 0]), 3),
    ]


def _crop_reference(x, top, left, padding):
    return augmentation.crop(x, top, left, *x.shape[2:], padding=padding)


def _crop(window: str, pad: str = "((0, 0), (0, 0), (padding, padding), (padding, padding))") -> str:
    """A crop out of a padded batch, with this window of each image."""
    return f"""\
def pad_and_crop(x, top, left, padding):
    H, W = x.shape[2:]
    wide = np.pad(x, {pad})
    return np.stack([{window} for image, i, j in zip(wide, top, left)])
"""


PATCH = {"x": np.array([[0.2, 0.6], [0.4, 1.0]]), "i": 0.5, "j": 0.25}  # of the place that is predicted


def between() -> float:
    """The picture between its four pixels."""
    x, i, j = PATCH["x"][None, None], np.full((1, 1, 1), PATCH["i"]), np.full((1, 1, 1), PATCH["j"])
    return float(augmentation.bilinear(x, i, j).item())


def _back_cases():
    u, v = np.array([1.0, 0.0, -2.0, 3.5]), np.array([0.0, 2.0, 1.0, -1.5])
    cases = (30.0, 1.0, -2.0, 1.5), (0.0, 3.0, 1.0, 1.0), (90.0, 0.0, 0.0, 1.0), (0.0, 0.0, 0.0, 0.5)
    return [(u, v, *case) for case in (*cases, (-45.0, 2.0, 0.5, 2.0))]


def _back_reference(u, v, angle, tx, ty, scale):
    (theta,) = augmentation.affine_matrix(angle, tx, ty, scale)
    return tuple(theta @ np.stack([u, v, np.ones_like(u)]))


def _back(
    shift="u, v = u - tx, v - ty", turn="u * cos - v * sin, u * sin + v * cos", size="/ scale", first=True
) -> str:
    """The way back of a pixel, by these lines."""
    lines = [f"    {shift}\n", f"    u, v = {turn}\n"]
    return (
        "def source(u, v, angle, tx, ty, scale):\n"
        "    cos, sin = np.cos(np.deg2rad(angle)), np.sin(np.deg2rad(angle))\n"
        + "".join(lines if first else lines[::-1])
        + f"    return u {size}, v {size}\n"
    )


COLOURS = {"x": np.array([0.1, 0.3, 0.6, 0.6]), "brightness": 1.5, "contrast": 2.0}  # of the pixel that is predicted


def coloured() -> float:
    """The last pixel after brightness and then contrast."""
    x = augmentation.adjust_brightness(COLOURS["x"].reshape(1, 1, 2, 2), COLOURS["brightness"])
    return float(augmentation.adjust_contrast(x, COLOURS["contrast"])[0, 0, 1, 1])


SHARE = {"side": 10, "lam": 0.64, "row": 1, "column": 5}  # of the box whose area is predicted


def share_left() -> float:
    """What is left of the first label after a CutMix near the border."""
    x, (row, column) = np.zeros((2, 1, SHARE["side"], SHARE["side"])), (SHARE["row"], SHARE["column"])
    return float(augmentation.cutmix(x, np.eye(2), [1, 0], SHARE["lam"], row, column)[1][0, 0])


def _mix_cases():
    rng = np.random.default_rng(3)
    shares = lambda N, K: (lambda raw: raw / raw.sum(axis=1, keepdims=True))(rng.random((N, K)))
    return [
        (rng.random((3, 1, 2, 2)), np.eye(3), np.array([1, 2, 0]), np.array([0.7, 0.1, 1.0])),
        (rng.random((4, 2, 3, 2)), np.eye(5)[[0, 4, 4, 2]], np.array([3, 0, 2, 1]), np.array([0.5, 0.9, 0.3, 0.0])),
        (rng.random((2, 1, 3, 3)), shares(2, 4), np.array([1, 0]), np.array([0.25, 0.6])),
    ]


def _mix(images="lam * x + (1 - lam) * x[partner]", labels="share * y + (1 - share) * y[partner]") -> str:
    """Mixup by these two lines."""
    return f"""\
def mix(x, y, partner, lam):
    share, lam = lam[:, None], lam[:, None, None, None]
    return {images}, {labels}
"""


def _train_cases():
    rng = np.random.default_rng(5)
    cases = []
    for N, side, K, steps, lr in ((5, 4, 3, 6, 0.5), (4, 5, 2, 4, 1.0), (6, 3, 4, 5, 0.3)):
        x, y = rng.random((N, 1, side, side)), rng.integers(0, K, N)
        draws = rng.integers(0, 3, (steps, 2, N))
        cases.append((x, y, rng.normal(0, 0.1, (K, side**2)), rng.normal(0, 0.1, K), draws, lr))
    return cases


def _train_reference(x, y, W, b, draws, lr):
    seen, (N, _, H, width) = [], x.shape
    for top, left in draws:
        flat = augmentation.crop(x, top, left, H, width, padding=1).reshape(N, -1)
        scores = flat @ W.T + b
        seen.append(losses.cross_entropy_from_logits(y, scores))
        delta = losses.cross_entropy_from_logits_grad(y, scores)
        W, b = W - lr * delta.T @ flat, b - lr * delta.sum(axis=0)
    return np.array(seen)


def _train(
    before="",
    changed="augmentation.crop(x, top, left, H, width, padding=1)",
    learnt="flat",
    note="seen.append(losses.cross_entropy_from_logits(y, scores))",
    after="",
    step="W, b = W - lr * delta.T @ {flat}, b - lr * delta.sum(axis=0)",
) -> str:
    """A training loop with these lines."""
    lines = [
        f"        moved = {changed}",
        "        flat = moved.reshape(N, -1)",
        "        scores = flat @ W.T + b",
        *[f"        {note}"] * bool(note),
        "        delta = losses.cross_entropy_from_logits_grad(y, scores)",
        f"        {step.format(flat=learnt)}",
        *[f"        {after}"] * bool(after),
    ]
    return (
        "from dlbook.scratch import augmentation, losses\n\n\n"
        "def train_shifted(x, y, W, b, draws, lr):\n"
        "    seen, (N, _, H, width) = [], x.shape\n"
        + (f"    {before}\n" if before else "")
        + "    for top, left in draws:\n" + "\n".join(lines) + "\n    return np.array(seen)\n"
    )  # fmt: skip


def _views_cases():
    rng = np.random.default_rng(6)
    return [
        (rng.normal(size=(2, 3, 4)) * 3,),
        (rng.normal(size=(5, 2, 3)),),
        (np.array([[[8.0, 0.0, 0.0]], [[0.0, 2.0, 0.0]], [[0.0, 2.0, 0.0]]]),),
    ]


def _views_reference(scores):
    return np.mean([activations.softmax(view) for view in scores], axis=0)


def _views(last: str, before="exps = np.exp(scores - scores.max(axis=2, keepdims=True))") -> str:
    """The mean over views by these two lines."""
    return f"def mean_of_views(scores):\n    {before}\n    return {last}\n"


def worth(n, rho):
    """As many independent images as lower the variance of a mean like n copies that are correlated by rho."""
    return n / (1 + (n - 1) * rho)


EXERCISES = [
    Code(
        id="augmentation.flip_some",
        concepts=("augmentation.horizontal_flip",),
        title="Flip where the draw says so",
        level="easy",
        minutes=6,
        task="Write `flip_some(x, draw, p)` for a batch of images `x` (N, C, H, W). Left and right change places in"
        " each image whose number in `draw` (N,) is below `p`. The others stay as they are.",
        stub="def flip_some(x, draw, p):\n    ...\n",
        hints=(
            "First the mirror image of all, then a choice between it and the original for each image.",
            "Columns are the last axis, and a slice with a step of −1 walks it backwards.",
            "`np.where(flipped, mirrored, x)` wants a `flipped` that fits (N, C, H, W): give it three"
            " axes of length 1.",
        ),
        solution=_flip("x[..., ::-1]"),
        cases=_flip_cases,
        reference=augmentation.horizontal_flip,
        mistakes=(
            Mistake(
                "upside down",
                _flip("x[:, :, ::-1]"),
                "You turned the rows round: that is top and bottom. Columns are the last axis.",
            ),
            Mistake(
                "the other images",
                _flip("x[..., ::-1]", "draw >= p"),
                "You flipped the images whose draw is p or more. With p = 0.2 that would be four of five.",
            ),
            Mistake(
                "all of them",
                _flip("x[..., ::-1]", "draw > -1"),
                "Every image is flipped in yours. The draw decides for each one.",
            ),
            Mistake(
                "the batch",
                _flip("x[::-1]"),
                "You turned the batch round: image 0 has got the pixels of the last one, and their"
                " labels do not fit any more.",
            ),
            Mistake(
                "the channels",
                _flip("x[:, ::-1]"),
                "You turned the channels round: red and blue change places, if anything does. Columns"
                " are the last axis.",
            ),
        ),
    ),
    Code(
        id="augmentation.pad_and_crop",
        concepts=("augmentation.crop",),
        title="Shift by a crop",
        level="easy",
        minutes=8,
        task="Write `pad_and_crop(x, top, left, padding)`. Surround each image of `x` (N, C, H, W) by"
        " `padding` rows and"
        " columns of zeros, and return a window of H × W pixels of each. `top` and `left` (N,) are the first row and"
        " column of its window in the padded image.",
        stub="def pad_and_crop(x, top, left, padding):\n    ...\n",
        hints=(
            "Images have four axes, and only the last two get a rim.",
            "`np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))` pads rows and columns by p.",
            "Go through the images, cut each by `image[:, i : i + H, j : j + W]`, and stack what you get.",
        ),
        solution=_crop("image[:, i : i + H, j : j + W]"),
        cases=_crop_cases,
        reference=_crop_reference,
        mistakes=(
            Mistake(
                "rows and columns",
                _crop("image[:, j : j + H, i : i + W]", "((0, 0), (0, 0), (padding, 9), (padding, 9))"),
                "`top` counts rows and `left` columns: in yours they have changed places.",
            ),
            Mistake(
                "from the image's corner",
                _crop(
                    "image[:, i + padding : i + padding + H, j + padding : j + padding + W]",
                    "((0, 0), (0, 0), (padding, 3 * padding), (padding, 3 * padding))",
                ),
                "Your `top` and `left` count from the image's own corner. They count from the corner of the rim.",
            ),
            Mistake(
                "copied pixels",
                _crop("image[:, i : i + H, j : j + W]").replace("padding)))", 'padding)), mode="edge")'),
                "Your rim repeats the pixels at the border. It should be zeros.",
            ),
            Mistake(
                "one window for all",
                _crop("image[:, top[0] : top[0] + H, left[0] : left[0] + W]"),
                "All images get the window of the first one in yours. Each has a draw of its own.",
            ),
        ),
    ),
    Predict(
        id="augmentation.between",
        concepts=("augmentation.bilinear",),
        title="Between four pixels",
        level="easy",
        minutes=5,
        task="Four neighbouring pixels are $x_{00} = 0.2$, $x_{01} = 0.6$ in one row and $x_{10} = 0.4$, $x_{11} = 1.0$"
        " below them. What does bilinear interpolation read half-way down ($a = 0.5$) and a quarter of the way to the"
        " right ($b = 0.25$)?",
        hints=(
            "First along each row, then between the two results.",
            "A quarter of the way from 0.2 to 0.6 is 0.3. What is it in the row below?",
        ),
        solution="The upper row gives $0.75 \\cdot 0.2 + 0.25 \\cdot 0.6 = 0.3$, and the lower $0.75 \\cdot 0.4 + 0.25"
        " \\cdot 1 = 0.55$. Half-way between them lies $\\mathbf{0.425}$.",
        answer=between,
        tolerance=0.002,
        wrong_routes=(
            Route(0.475, "You exchanged a and b: a says how far down, b how far to the right."),
            Route(0.55, "That is the mean of the four: half-way in both directions."),
            Route(0.675, "Your shares are turned round: at b = 0.25 the left pixel counts 0.75."),
            Route(0.3, "That is the upper row alone. Now go half-way to the lower one."),
        ),
    ),
    Code(
        id="augmentation.source",
        concepts=("augmentation.affine", "augmentation.rotate", "augmentation.translate", "augmentation.zoom"),
        title="Where does this pixel come from?",
        level="medium",
        minutes=12,
        task="An image is enlarged by `scale`, then turned about its centre by `angle` degrees against the clock, then"
        " shifted by `tx` to the right and `ty` down. Write `source(u, v, angle, tx, ty, scale)`, which returns for the"
        " places `u`, `v` of the new image (arrays, from the centre, v downwards) the two coordinates in the old one"
        " that they read.",
        stub="def source(u, v, angle, tx, ty, scale):\n    ...\n",
        hints=(
            "Undo what was done, the last first. What was the last?",
            "Shift back by −tx and −ty. Then turn back, by the two lines of the section.",
            "Turning back: `u * cos - v * sin, u * sin + v * cos`. A zoom by `scale` is undone by a division.",
        ),
        solution=_back(),
        cases=_back_cases,
        reference=_back_reference,
        returns=("u", "v"),
        mistakes=(
            Mistake(
                "the turn itself",
                _back(turn="u * cos + v * sin, v * cos - u * sin"),
                "You turned on instead of back: your lines are those of the way forward.",
            ),
            Mistake(
                "the shift itself",
                _back(shift="u, v = u + tx, v + ty"),
                "You shifted on instead of back: what moved to the right comes from the left.",
            ),
            Mistake(
                "the zoom itself",
                _back(size="* scale"),
                "You multiplied by the scale. In an enlarged image neighbours come from places that lie"
                " closer together.",
            ),
            Mistake(
                "in the order of the way there",
                _back(first=False),
                "You turned back first. What was done last has to be undone first, and that was the shift.",
            ),
            Mistake(
                "radians",
                _back().replace("np.deg2rad(angle)", "angle"),
                "The angle is in degrees, and NumPy's cosine wants radians.",
            ),
        ),
    ),
    Choose(
        id="augmentation.read_the_map",
        concepts=("augmentation.affine",),
        title="Read the map off two pictures",
        level="medium",
        minutes=7,
        figure="augmentation.read_the_map",
        task="The figure above shows an image before and after a map $\\tilde x(u, v) = x(\\theta\\,(u, v, 1)^\\top)$."
        " Which θ was it?",
        options={
            "a": "$\\begin{pmatrix} 0 & -1 & 0 \\\\ 1 & 0 & -1 \\end{pmatrix}$",
            "b": "$\\begin{pmatrix} 0 & 1 & 1 \\\\ -1 & 0 & 0 \\end{pmatrix}$",
            "c": "$\\begin{pmatrix} 0 & -1 & 0 \\\\ 1 & 0 & 1 \\end{pmatrix}$",
            "d": "$\\begin{pmatrix} 1 & 0 & -1 \\\\ 0 & 1 & 0 \\end{pmatrix}$",
        },
        answer="a",
        wrong={
            "b": (
                "That is the way forward: it carries the old dot at (2, 0) to (1, −2). θ leads from the"
                " new place back to the old one."
            ),
            "c": "Nearly. Put the new dot at (1, 0) into it: it would read the old image at (0, 2), where nothing is.",
            "d": "That only shifts. The row of three lies level before and upright after, so there is a turn, too.",
        },
        hints=(
            "Take one dot of the new image, put its place into each θ, and see which old place comes out.",
            "The new dot at (1, −2) is the far end of the row. It has to come from the old place (2, 0).",
        ),
        solution="The row of three was turned by 90° against the clock and shifted by one pixel to the"
        " right. With **a**"
        " the new place $(1, -2)$ reads $(0 \\cdot 1 + 2,\\ 1 - 1) = (2, 0)$, and $(2, 0)$ reads $(0, 2 - 1) = (0, 1)$:"
        " both are dots.",
    ),
    Predict(
        id="augmentation.coloured",
        concepts=("augmentation.adjust_brightness", "augmentation.adjust_contrast", "augmentation.gaussian_noise"),
        title="Brighter, then more contrast",
        level="medium",
        minutes=7,
        task="A grey image has four pixels, 0.1, 0.3, 0.6 and 0.6. First it gets 1.5 times as bright. Then its"
        " contrast gets the factor 2. At the end noise with $s = 0.1$ is added, and the draw for the **last pixel** is"
        " ε = 0. What is this pixel in the end?",
        hints=(
            "One change after the other. The contrast needs the mean grey of the brighter image.",
            "The brighter image is 0.15, 0.45, 0.9, 0.9 with the mean 0.6. Can an image hold what comes out?",
        ),
        solution="1.5 times as bright it is 0.15, 0.45, 0.9, 0.9, with the mean 0.6. The contrast makes"
        " $0.6 + 2\\,(0.9 - 0.6) = 1.2$ of the last one, and what is above 1 is cut off. The noise adds $0.1 \\cdot 0$."
        " So it is $\\mathbf{1}$, as white as its neighbour.",
        answer=coloured,
        tolerance=0.002,
        wrong_routes=(
            Route(1.2, "Right so far, but a pixel above 1 is cut off at 1."),
            Route(0.9, "That is the pixel after the brightness. The contrast comes next."),
            Route(0.8, "You took the contrast of the image as it was. It comes after the brightness."),
        ),
    ),
    Predict(
        id="augmentation.share_left",
        concepts=("augmentation.cutmix", "augmentation.cutout"),
        title="How much of the cat is left?",
        level="medium",
        minutes=8,
        task="CutMix puts a box of another image into an image of 10 × 10 pixels. The draw is λ = 0.64,"
        " and the box lies"
        " around row 1 and column 5, both counted from 0. As in cutout, it begins half of its side above and left of"
        " that place, and what leaves the image is lost. Which **share of its own label** does the image keep?",
        hints=(
            "The side of the box is 10 · √(1 − 0.64), rounded down. Which rows would it take?",
            "Its first row would be 1 − 3. Count only rows from 0 on.",
        ),
        solution="The side is $10 \\cdot \\sqrt{0.36} = 6$. The rows would be $-2$ to $3$, so four of them are inside,"
        " and the columns 2 to 7. That is $4 \\cdot 6 = 24$ of 100 pixels, and the image keeps $\\mathbf{0.76}$, more"
        " than the 0.64 of the draw.",
        answer=share_left,
        tolerance=0.002,
        wrong_routes=(
            Route(0.64, "That was the draw. The border cuts the box, and the label has to follow the pixels."),
            Route(0.24, "That is the share of the other image. Asked is what the first one keeps."),
            Route(0.36, "That is what λ leaves for the other image. The border has taken a part of the box."),
            Route(0.7, "Five rows would be inside if the box began one row further down. It begins 3 above row 1."),
        ),
    ),
    Code(
        id="augmentation.mix",
        concepts=("augmentation.mixup",),
        title="Mix images and labels",
        level="medium",
        minutes=10,
        task="Write `mix(x, y, partner, lam)`, mixup for a batch. `x` is (N, C, H, W), `y` (N, K) holds shares,"
        " `partner` (N,) says which image each is mixed with, and `lam` (N,) is each image's own share. Return the"
        " mixed images and the mixed labels.",
        stub="def mix(x, y, partner, lam):\n    ...\n",
        hints=(
            "The partner's images are `x[partner]`. Images and labels are mixed by the same λ.",
            "`lam` has one number for each image. Which shape does it need beside (N, C, H, W), and beside (N, K)?",
            "`lam[:, None, None, None]` for the images and `lam[:, None]` for the labels.",
        ),
        solution=_mix(),
        cases=_mix_cases,
        reference=augmentation.mixup,
        returns=("images", "labels"),
        mistakes=(
            Mistake(
                "labels as they were",
                _mix(labels="y"),
                "Your images are mixed and your labels are not: the net would be told that a cat with a"
                " cup over it is all cat.",
            ),
            Mistake(
                "shares exchanged",
                _mix("lam * x[partner] + (1 - lam) * x", "share * y[partner] + (1 - share) * y"),
                "The shares are exchanged: λ belongs to the image itself, 1 − λ to its partner.",
            ),
            Mistake(
                "one label by majority",
                _mix(labels="np.where(share > 0.5, y, y[partner])"),
                "You gave each image the label of its larger part. Both labels stay, in the shares of the pixels.",
            ),
            Mistake(
                "one share for all",
                _mix("lam[0] * x + (1 - lam[0]) * x[partner]", "share[0] * y + (1 - share[0]) * y[partner]"),
                "All images are mixed by the first share in yours. Each image has its own.",
            ),
            Mistake(
                "twice the partner", _mix("x[partner]", "y[partner]"), "Yours only exchanges the images. Mix them."
            ),
        ),
    ),
    Code(
        id="augmentation.train_shifted",
        concepts=("augmentation.crop",),
        title="Train on what moves",
        level="hard",
        minutes=20,
        task="Train a linear classifier that never sees an image twice in the same place. Write"
        " `train_shifted(x, y, W, b, draws, lr)`. `x` is (N, 1, H, W), `y` (N,) holds classes, the classifier has"
        " `W` (K, H·W) and `b` (K,). `draws` has the shape (steps, 2, N), for each step the `top` and the `left` of all"
        " images. In each step surround the **original** images by one pixel of zeros, cut the windows,"
        " take one step of"
        " descent with the rate `lr` on their mean cross-entropy, and note the loss **before** the step. Return the"
        " losses (steps,). `augmentation.crop`, `losses.cross_entropy_from_logits` and its `_grad` are there for you.",
        stub="def train_shifted(x, y, W, b, draws, lr):\n    ...\n",
        hints=(
            "One turn for each `top, left in draws`: change, scores, loss, gradient, step.",
            "`augmentation.crop(x, top, left, H, W, padding=1)`, then `.reshape(N, -1)` for the linear layer.",
            "With `delta` from `losses.cross_entropy_from_logits_grad(y, scores)`, the gradient of W is"
            " `delta.T @ flat`,"
            " where `flat` is what the classifier has seen in this step.",
        ),
        solution=_train(),
        cases=_train_cases,
        reference=_train_reference,
        mistakes=(
            Mistake("nothing moves", _train(changed="x"), "Your images never move: the draws are not used."),
            Mistake(
                "further in each step",
                _train(changed="x = augmentation.crop(x, top, left, H, width, padding=1)"),
                "You shift what was shifted before, so the images wander off, and what has left them is"
                " lost. Begin with the originals in every step.",
            ),
            Mistake(
                "the same for all steps",
                _train(
                    before="top0, left0 = draws[0]", changed="augmentation.crop(x, top0, left0, H, width, padding=1)"
                ),
                "You use the first draw in all steps. That is a copy made in advance, not one drawn anew.",
            ),
            Mistake(
                "the gradient of the originals",
                _train(learnt="x.reshape(N, -1)"),
                "Scores from the moved images and a gradient with the original ones: ∂L/∂W needs what"
                " the layer has seen.",
            ),
            Mistake(
                "the loss after the step",
                _train(note="", after="seen.append(losses.cross_entropy_from_logits(y, flat @ W.T + b))"),
                "Your losses are those after each step. Note the loss before the weights move.",
            ),
            Mistake(
                "uphill",
                _train(step="W, b = W + lr * delta.T @ {flat}, b + lr * delta.sum(axis=0)"),
                "Your loss rises: descent subtracts the gradient.",
            ),
        ),
    ),
    Code(
        id="augmentation.mean_of_views",
        concepts=("augmentation.translate",),
        title="The mean of several looks",
        level="medium",
        minutes=8,
        task="A net has looked at V views of N images, and `scores` is (V, N, K). Write `mean_of_views(scores)`, which"
        " returns the mean of the **probabilities** over the views, (N, K).",
        stub="def mean_of_views(scores):\n    ...\n",
        hints=(
            "First a softmax for each view and image, over the classes. Then a mean.",
            "The classes are the last axis, the views the first one.",
            "`exps / exps.sum(axis=2, keepdims=True)`, and subtract the largest score before you take `np.exp`.",
        ),
        solution=_views("(exps / exps.sum(axis=2, keepdims=True)).mean(axis=0)"),
        cases=_views_cases,
        reference=_views_reference,
        mistakes=(
            Mistake(
                "the mean of the scores",
                _views(
                    "exps / exps.sum(axis=1, keepdims=True)",
                    "exps = np.exp(scores.mean(axis=0) - scores.max(axis=(0, 2))[:, None])",
                ),
                "You took the mean of the scores and then a softmax. One view with huge scores outvotes"
                " all others then; as probabilities, each has one vote.",
            ),
            Mistake(
                "a vote",
                _views("votes.mean(axis=0)", "votes = np.eye(scores.shape[2])[scores.argmax(axis=2)]"),
                "You counted which class each view names. The probabilities say more: a view that is not"
                " sure counts less.",
            ),
            Mistake(
                "softmax over the views",
                _views("(exps / exps.sum(axis=0)).mean(axis=0)"),
                "Your softmax runs over the views. Probabilities of the classes add up to 1, so it runs"
                " over the last axis.",
            ),
            Mistake(
                "no softmax",
                _views("scores.mean(axis=0)"),
                "These are mean scores and no probabilities yet.",
            ),
        ),
    ),
    Choose(
        id="augmentation.which_recipe",
        concepts=("augmentation.horizontal_flip",),
        title="Which changes may you make?",
        level="easy",
        minutes=5,
        task='A net on a phone reads road signs: speed limits, and the arrows "keep left" and "keep right". The camera'
        " may lean by a few degrees, in any light. You have 40 photos of each sign. Which recipe fits?",
        options={
            "a": "Turn by up to 10°, brightness between 0.5 and 1.5, shift by a few pixels.",
            "b": "Turn by up to 180°, since more variety is always better.",
            "c": "As in a, and flip left and right, which doubles the photos for nothing.",
            "d": "As in a, and the same changes on the validation photos, so that both sets are alike.",
        },
        answer="a",
        wrong={
            "b": (
                "A 6 on its head is a 9, and signs do not hang so. The net would spend its weights on"
                " what is never asked."
            ),
            "c": 'In the mirror "keep left" becomes "keep right", under the old label. And a mirrored 50 is no number.',
            "d": "Validation should say how the net does on the world's photos. Changed ones say how it does on yours.",
        },
        hints=(
            "Ask of each change: could the camera have made this photo, and would the label still be right?",
            "Two of the recipes change what is asked, and one of them changes the question that is measured.",
        ),
        solution="**a**. A lean, another light and another place are what the camera will make, and no sign changes its"
        " meaning by them. A flip exchanges left and right, half a turn makes a 9 of a 6, and validation photos stay as"
        " the world makes them.",
    ),
    Predict(
        id="augmentation.worth_of_copies",
        concepts=("augmentation.affine",),
        title="How much are six copies worth?",
        level="easy",
        minutes=4,
        task="A training step averages over six changed copies of one image. What any two of them say is correlated by"
        " $\\rho = 0.2$. As many independent images as what number would lower the variance of the mean as much?",
        hints=(
            "The variance of the mean of n numbers with ρ is v/n · (1 + (n − 1)ρ). Of n independent ones it is v/n.",
            "Put in n = 6 and ρ = 0.2. The bracket is 1 + 5 · 0.2.",
        ),
        solution="$\\frac{n}{1 + (n - 1)\\rho} = \\frac{6}{1 + 5 \\cdot 0.2} = \\frac{6}{2} = \\mathbf{3}$. Ten times"
        " as many copies would be worth $60/12.8 = 4.7$, and no number of them more than $1/0.2 = 5$.",
        answer=lambda: worth(6, 0.2),
        tolerance=0.01,
        wrong_routes=(
            Route(6, "They would be worth six if they were independent. With ρ = 0.2 they say similar things."),
            Route(5, "That is 1/ρ, which no number of copies gets beyond. Six copies are worth less."),
            Route(6 / (1 + 6 * 0.2), "Of six copies each has five others, so it is (n − 1)ρ and not nρ."),
            Route(4.8, "You took away the share ρ. The variances and the covariances of the mean add up otherwise."),
            Route(2, "That is the factor by which the variance is larger than v/6. Now divide 6 by it."),
        ),
    ),
]
