"""What chapter 12 draws."""

import numpy as np

from dlbook.experiments import imbalance as experiments
from dlbook.experiments import imbalance_nets as nets
from dlbook.figures import C0, C1, C2, C3, FOREGROUND, MUTED, Figure
from dlbook.scratch import activations, imbalance, losses, metrics

PLANE = {"xlim": (-2.5, 4), "ylim": (-2.2, 6), "xlabel": "mean texture", "ylabel": "mean compactness"}


# ── Nine people: what each remedy does ──


def nine_weighed(X: np.ndarray, y: np.ndarray, weight: np.ndarray) -> Figure:
    """Nine people, each drawn as large as its weight, and what each class weighs in sum."""
    figure = Figure(
        alt=f"Nine people, six well and three ill, as dots of areas like the weight: {weight[y == 0][0]:g} "
        f"and {weight[y == 1][0]:g}. Beside them the sums: {weight[y == 0].sum():g} for each class.",
        caption="A dot's area is what the person counts in the cost. The six who are well count less and the three who "
        "are ill more, until both classes count the same.",
    )
    with _nine(figure, "Each person by weight") as ax:
        for k, name in enumerate(("well", "ill")):
            ax.scatter(*X[y == k].T, s=130 * weight[y == k], color=(C0, C1)[k], label=name)
    with figure.panel("In sum", "", "number, or weight", width=3.4, height=3.2, ylim=(0, 8.4)) as ax:
        for place, sums in enumerate((np.bincount(y), np.bincount(y, weight))):
            for k, name in enumerate(("well", "ill")):
                ax.bar(place + 0.36 * k - 0.18, sums[k], 0.34, color=(C0, C1)[k], label=name if place == 0 else None)
                ax.text(place + 0.36 * k - 0.18, sums[k] + 0.15, f"{sums[k]:g}", ha="center")
        ax.set_xticks([0, 1], ["before", "weighed"])
        ax.legend(ncols=2, loc="upper center")
    return figure


def nine_resampled(X: np.ndarray, y: np.ndarray, more: np.ndarray, less: np.ndarray) -> Figure:
    """The same nine after oversampling, with how often each is there, and after undersampling."""
    rows = np.arange(len(y))
    count, kept = (more[:, None] == rows).sum(axis=0), np.isin(rows, less)
    figure = Figure(
        alt=f"Two planes with the nine people. Oversampled, the ill are there {', '.join(map(str, count[y == 1]))} "
        f"times. Undersampled, {kept[y == 0].sum()} of the six who are well remain.",
        caption="Left: six well and six ill, but the ill are three different people, some of them several times. "
        "Right: three and three. The crosses are left out.",
    )
    with _nine(figure, "Oversampled") as ax:
        for k, name in enumerate(("well", "ill")):
            ax.plot(*X[y == k].T, "o", markersize=9, color=(C0, C1)[k], label=name)
        for place, n in zip(X[y == 1], count[y == 1], strict=True):
            ax.annotate(f"× {n}", place, xytext=(9, 4), textcoords="offset points")
    with _nine(figure, "Undersampled") as ax:
        for k, name in enumerate(("well", "ill")):
            ax.plot(*X[(y == k) & kept].T, "o", markersize=9, color=(C0, C1)[k], label=name)
        ax.plot(*X[~kept].T, "x", markersize=8, color=MUTED, label="left out")
    return figure


def nine_invented(X: np.ndarray, y: np.ndarray, base: np.ndarray, near: np.ndarray, new: np.ndarray) -> Figure:
    """The three ill, the ways to the neighbours that were drawn, and the new points on them."""
    places = ", ".join(f"({x:g}, {z:g})" for x, z in new)
    figure = Figure(
        alt=f"The nine people, arrows from ill people to ill neighbours, and the new points {places} on them. One of "
        "them lies next to a person who is well.",
        caption="Each new point lies on the way from one ill person to another. One of them has come next to the "
        "person at (5, 5), who is well. SMOTE does not look at the other class.",
    )
    with _nine(figure, "SMOTE", width=5.2) as ax:
        for start, end in zip(base, near, strict=True):
            ax.annotate("", end, start, arrowprops={"arrowstyle": "->", "color": MUTED, "shrinkA": 7, "shrinkB": 7})
        for k, name in enumerate(("well", "ill")):
            ax.plot(*X[y == k].T, "o", markersize=9, color=(C0, C1)[k], label=name)
        ax.plot(*new.T, "D", markersize=7, color=C2, label="new")
    return figure


def _nine(figure: Figure, title: str, width: float = 4.0):
    return figure.panel(title, "first measurement", "second", width=width, height=3.2, xlim=(0, 8.6), ylim=(0, 8.2))


# ── What moves a border ──


def two_prices(cost_fp: float, cost_fn: float, probabilities) -> Figure:
    """What the call "positive" and the call "negative" cost on average, over the probability: they cross at τ*."""
    tau = float(imbalance.threshold(cost_fp, cost_fn))
    told = "; ".join(f"at p = {p:g}: {(1 - p) * cost_fp:.3g} and {p * cost_fn:.3g}" for p in probabilities)
    figure = Figure(
        alt=f"Two lines over the probability p: a false alarm costs (1 − p) · {cost_fp:g}, a miss p · {cost_fn:g}. "
        f"They cross at {tau:g}. {told}.",
        caption=f"What each call costs on average where a miss costs {cost_fn:g} and a false alarm {cost_fp:g}. Left "
        f"of the crossing it is cheaper not to call, right of it to call. It lies at {tau:g}, far from ½.",
    )
    p = np.array([0, 0.16])
    with figure.panel(
        "", "probability of being ill, p", "cost on average", width=5.4, ylim=(0, 3), xlim=(0, 0.16)
    ) as ax:
        ax.plot(p, (1 - p) * cost_fp, label="call positive: (1 − p) · c_FP")
        ax.plot(p, p * cost_fn, color=C1, label="call negative: p · c_FN")
        ax.plot([tau, tau], [0, (1 - tau) * cost_fp], ":", color=FOREGROUND, linewidth=1.4)
        ax.text(tau + 0.003, 0.1, f"τ* = {tau:g}")
        for q in probabilities:
            ax.plot([q, q], [(1 - q) * cost_fp, q * cost_fn], "o", color=MUTED, markersize=5)
        ax.legend(loc="upper left")
    return figure


def worlds(score: float = 2.0, share: float = 0.05) -> Figure:
    """The same two classes in two worlds: half are ill, and few are. At one score the probability differs."""
    x = np.linspace(-3.5, 5.5, 181)
    bell = lambda x: np.exp(-(x**2) / 2) / np.sqrt(2 * np.pi)
    odds = float(bell(score - 2) / bell(score))
    told = {name: pi * odds / (1 - pi + pi * odds) for name, pi in (("one half", 0.5), (f"{share:.0%}", share))}
    words = "; ".join(f"where {name} are ill, {p:.2f}" for name, p in told.items())
    figure = Figure(
        alt=f"Scores of the well and of the ill in two worlds. The probability of being ill at a score of {score:g}: "
        f"{words}.",
        caption="Each class keeps its shape, only its size changes. At the dotted score the ill are far more than the "
        "well on the left, and fewer on the right. The curves cross where the probability is ½, and this place moves.",
    )
    for (name, p), pi in zip(told.items(), (0.5, share), strict=True):
        with figure.panel(f"Of all, {name} are ill", "score", "how many", width=4.2, ylim=(0, 0.4)) as ax:
            ax.plot(x, (1 - pi) * bell(x), label="well")
            ax.plot(x, pi * bell(x - 2), color=C1, label="ill")
            ax.axvline(score, color=MUTED, linestyle=":", linewidth=1.2)
            ax.text(score + 0.15, 0.27, f"p = {p:.2f}")
    return figure


def focal(gammas=(0, 0.5, 2, 5)) -> Figure:
    """What a case costs over the probability that its true class got; and where the least focal loss lies."""
    p = np.linspace(0.01, 0.99, 99)
    z = np.log(p / (1 - p))
    at_half = [float(losses.focal_loss([1], [0.0], gamma)) for gamma in gammas]
    lines = ("-", "--", "-.", ":")
    told = ", ".join(f"{loss:.2g} for γ = {gamma:g}" for loss, gamma in zip(at_half, gammas, strict=True))
    figure = Figure(
        alt=f"Focal loss over the probability of the true class: at ½ it costs {told}. On the right the probability "
        "that costs least over the true share of positives: a diagonal for γ = 0, pulled towards ½ for a larger γ.",
        caption="Left: the larger γ is, the less a case costs that is right already. Right: where a share of like "
        "cases is positive, the least cost lies at a probability nearer to ½. All curves meet at ½, which stays.",
    )
    with figure.panel("Loss of a case", "probability of the true class", "loss", ylim=(0, 4.2), xlim=(0, 1)) as ax:
        for gamma, style in zip(gammas, lines, strict=True):
            ax.plot(p, losses.focal_loss(np.ones_like(z), z, gamma, reduction="none"), style, label=f"γ = {gamma:g}")
    sides = {"xlabel": "share that is positive", "ylabel": "what the model says", "xlim": (0, 1), "ylim": (0, 1)}
    with figure.panel("Where the loss is least", **sides) as ax:
        for gamma, style in zip(gammas, lines, strict=True):
            ax.plot(nets.true_share(p, gamma), p, style, label=f"γ = {gamma:g}")
        ax.plot(0.5, 0.5, "o", color=FOREGROUND)
    return figure


# ── Borders before and after ──


def before(half: experiments.Halves, theta: np.ndarray) -> Figure:
    """The training half and the untouched border at ½."""
    found = int((experiments.probability(theta, half.X_train)[half.y_train == 1] >= 0.5).sum())
    ill = int(half.y_train.sum())
    figure = Figure(
        alt=f"Texture and compactness of {len(half.y_train)} tumours and the line where a logistic regression says ½. "
        f"{found} of the {ill} malignant ones lie beyond it.",
        caption=f"The border at ½ of a model that was trained as usual. It leaves {ill - found} of the {ill} malignant "
        "tumours on the benign side.",
    )
    with figure.panel("", width=5.6, height=4, **PLANE) as ax:
        _tumours(ax, half)
        _line(ax, theta, 0.5, C3, "-", "border at ½")
    return figure


def borders(half: experiments.Halves, thetas: dict[str, np.ndarray], prior: float) -> Figure:
    """The line before, dashed, and after each remedy: at ½, or the untouched one at the share of the malignant."""
    told = "; ".join(
        f"{how}: {_told(experiments.probability(theta, half.X_train), half, prior, how)}"
        for how, theta in thetas.items()
    )
    figure = Figure(
        alt=f"The border of a logistic regression after each remedy. Malignant and benign tumours beyond it: {told}.",
        caption="Diamonds are malignant, dots benign. "
        "Dashed, the border before. Weights, copies and inventions push it to nearly the same place as a moved "
        "threshold. Undersampling sends it where its nine benign cases want it.",
    )
    for how, theta in thetas.items():
        with figure.panel(how, width=3.9, height=3.1, **PLANE) as ax:
            _tumours(ax, half, legend=False)
            _line(ax, thetas["threshold moved"], 0.5, MUTED, "--", "before")
            _line(ax, theta, prior if how == "threshold moved" else 0.5, C3, "-", "after")
            ax.legend(loc="upper right")
    return figure


def net_borders(trained: nets.Nets) -> Figure:
    """Where a small net says ½ after each remedy; of all draws that in which it shares middling many alarms."""
    draw = int(np.argsort(nets.shared_alarms(trained), kind="stable")[len(trained.y_true) // 2])
    x, y = np.linspace(*PLANE["xlim"], 121), np.linspace(*PLANE["ylim"], 121)
    plane = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    told = {}
    for how, net in trained.nets.items():
        one = {name: value[draw : draw + 1] for name, value in net.items()}
        told[how] = activations.sigmoid(nets.forward(one, plane[None])[1]).reshape(len(y), len(x))
    figure = Figure(
        alt="The border of a net of 32 hidden units, before dashed, and after its threshold was moved, with class "
        "weights and with focal loss. All borders are bent, and the weighted one has another shape than the moved one.",
        caption="Diamonds are malignant, dots benign. "
        "The net bends its border around single tumours. With class weights it has another shape than the "
        "untouched net's at a lower threshold. Focal loss bends it in other places, and does not push it out.",
    )
    half = experiments.halves(trained.seed + draw)
    pictures = {
        "threshold moved": ("nothing", trained.prior),
        "class weights": ("class weights", 0.5),
        "focal loss, γ = 2": ("focal loss", 0.5),
    }
    for title, (how, level) in pictures.items():
        with figure.panel(title, width=3.9, height=3.1, **PLANE) as ax:
            _tumours(ax, half, legend=False)
            ax.contour(x, y, told["nothing"], levels=[0.5], colors=[MUTED], linewidths=[1.6], linestyles=["--"])
            ax.contour(x, y, told[how], levels=[level], colors=[C3], linewidths=[2])
            ax.plot([], [], "--", color=MUTED, label="before")
            ax.plot([], [], color=C3, label="after")
    return figure


def _tumours(ax, half: experiments.Halves, legend: bool = True) -> None:
    benign, malignant = half.X_train[half.y_train == 0], half.X_train[half.y_train == 1]
    ax.plot(*benign.T, ".", color=C0, markersize=4, alpha=0.5, label="benign" if legend else None)
    ax.plot(*malignant.T, "D", color=C1, markersize=6, label="malignant" if legend else None)


def _line(ax, theta: np.ndarray, probability: float, color: str, style: str, label: str) -> None:
    """Where σ(w·x + b) is `probability`."""
    x = np.array(PLANE["xlim"])
    ax.plot(
        x,
        (np.log(probability / (1 - probability)) - theta[2] - theta[0] * x) / theta[1],
        style,
        color=color,
        label=label,
    )


def _told(p: np.ndarray, half: experiments.Halves, prior: float, how: str) -> str:
    called = p >= (prior if how == "threshold moved" else 0.5)
    return f"{called[half.y_train == 1].sum()} and {called[half.y_train == 0].sum()}"


# ── Folds ──


def fold_order() -> Figure:
    """Three folds of nine people: copies made before the folds come into several of them, inside they cannot."""
    figure = Figure(
        alt="Three folds of people, once with copies made before the folds, so that the tested fold holds copies of "
        "people in the other two, and once with copies made of the training folds alone.",
        caption="Small letters are ill people, and the first fold is tested. With the copies made first, a and b are "
        "tested and trained on. With the folds made first, only b and c are copied, and the test holds neither.",
    )
    pictures = (
        ("Wrong: copies first, then folds", ("P Q a b", "R S a c", "T U b c"), {"a", "b"}),
        ("Right: folds first, copies inside", ("P Q a", "R S b b", "T U c c"), set()),
    )
    for title, folds, shared in pictures:
        with figure.panel(title, width=4.4, height=2.3, xlim=(0, 9), ylim=(0, 3)) as ax:
            ax.axis("off")
            for k, fold in enumerate(folds):
                ax.text(1.5 + 3 * k, 2.4, "tested" if k == 0 else "trained on", ha="center")
                ax.add_patch(_box((3 * k + 0.15, 0.7), 2.7, 1.3, C3 if k == 0 else MUTED))
                for place, letter in enumerate(fold.split()):
                    leak = letter in shared
                    ax.text(
                        3 * k + 0.55 + 0.62 * place,
                        1.35,
                        letter,
                        ha="center",
                        va="center",
                        color=C1 if letter.islower() else C0,
                        weight="bold" if leak else "normal",
                    )
            said = "a and b are on both sides" if shared else "no person is on both sides"
            ax.text(4.5, 0.15, said, ha="center")
    return figure


def _box(corner, width, height, colour):
    from matplotlib.patches import Rectangle

    return Rectangle(corner, width, height, fill=False, edgecolor=colour, linewidth=1.6)


def fold_counts(m: int, positives: int, size: int) -> Figure:
    """How many positives come into a fold by chance, exactly, beside what stratifying allows."""
    chance = experiments.positives_in_a_fold(m, positives, size)
    figure = Figure(
        alt=f"Bars of the probability of 0 to {positives} positives in a fold of {size} of {m} cases: "
        + ", ".join(f"{p:.3f}" for p in chance)
        + ". Stratified it is 1 or 2.",
        caption=f"{positives} of {m} cases are positive, and a fold takes {size} at random. Empty folds are no rarity. "
        "Stratified folds have one or two, the shaded ones.",
    )
    with figure.panel("", "positives in a fold", "probability", width=5) as ax:
        ax.axvspan(0.5, 2.5, color=C2, alpha=0.15, linewidth=0, label="stratified")
        ax.bar(np.arange(positives + 1), chance, 0.7, color=C0, label="at random")
        ax.set_xticks(range(positives + 1))
    return figure


def chosen(found: dict[str, np.ndarray]) -> Figure:
    """Balanced accuracy of both learners by cross-validation, the wrong way and the right one, and in the field."""
    return _learners(
        found,
        "Copied before the folds, the nearest neighbour seems by far the better choice. Inside each fold, and in the "
        "field, logistic regression is. Bars are means over the draws, with their standard deviation.",
    )


# ── What was measured ──


def smote(seed: int = 0, k_neighbors: int = 5) -> Figure:
    """The rare class of one training half in the plane, the ways between neighbours, and new points on them."""
    half, rng = experiments.halves(seed), np.random.default_rng(seed)
    rare, common = half.X_train[half.y_train == 1], half.X_train[half.y_train == 0]
    M = 60
    base, neighbor, gap = rng.integers(0, len(rare), M), rng.integers(0, k_neighbors, M), rng.random(M)
    new = imbalance.smote(rare, base, neighbor, gap, k_neighbors)
    near = imbalance.nearest_neighbors(rare, k_neighbors)
    amid = int((experiments.nearest_label(half.X_train, half.y_train, new) == 0).sum())  # next to a benign tumour
    figure = Figure(
        alt=f"Texture and compactness of {len(common)} benign and {len(rare)} malignant tumours, and {M} points that "
        f"SMOTE made on the lines between neighbouring malignant ones. {amid} of the {M} lie nearer to a benign tumour "
        "than to a malignant one.",
        caption=f"The {len(rare)} malignant tumours of a training half, the ways between neighbours, and {M} new "
        f"points. {amid} of them lie nearer to a benign tumour than to a malignant one.",
    )
    with figure.panel("", "mean texture (standardised)", "mean compactness", width=6, height=4.2) as ax:
        for i, j in zip(*np.broadcast_arrays(np.arange(len(rare))[:, None], near), strict=True):
            for start, end in zip(rare[i], rare[j], strict=True):
                ax.plot(*np.stack([start, end]).T, color=MUTED, linewidth=0.5, zorder=1)
        ax.plot(*common.T, ".", color=C0, markersize=4, alpha=0.5, label="benign")
        ax.plot(*new.T, "x", color=C2, markersize=5, markeredgewidth=1.2, label="new (SMOTE)")
        ax.plot(*rare.T, "D", color=C1, markersize=7, label="malignant")
    return figure


def compare(table: dict[str, np.ndarray]) -> Figure:
    """Mean and standard deviation over the draws: what a threshold decides, and what no threshold does."""
    means = experiments.means(table)
    words = "; ".join(f"{how}: recall {m['recall']:.2f}, precision {m['precision']:.2f}" for how, m in means.items())
    figure = Figure(
        alt=f"Mean and spread for each remedy. {words}. ROC AUC and average precision hardly differ, but for "
        f"undersampling ({means['undersampling']['average precision']:.2f} against "
        f"{means['nothing']['average precision']:.2f} in average precision).",
        caption="The bars are one standard deviation over the draws. On the left, remedies trade precision for recall, "
        "and a moved threshold does the same. On the right, the order of the cases hardly changes, except for "
        "undersampling.",
    )
    height = np.arange(len(table))[::-1]
    for title, names, markers in (
        ("What the threshold decides", ("accuracy", "recall", "precision"), "so^"),
        ("What it does not touch", ("ROC AUC", "average precision"), "DP"),
    ):
        with figure.panel(title, "mean ± standard deviation", width=4.9, height=3.6, xlim=(0, 1.05)) as ax:
            for i, (name, marker) in enumerate(zip(names, markers, strict=True)):
                column = np.stack([rows[:, experiments.METRICS.index(name)] for rows in table.values()])
                place = height + 0.18 * (len(names) // 2 - i)
                ax.errorbar(column.mean(axis=1), place, xerr=column.std(axis=1), fmt=marker, label=name, elinewidth=1)
            ax.set_yticks(height, list(table))
            ax.set_ylim(-1.5, len(table) - 0.5)  # room for the legend below the last row
            ax.legend(loc="lower left", ncols=len(names), columnspacing=1, handletextpad=0.2)
    return figure


def calibration(found: dict[str, experiments.Calibration], back: dict[str, experiments.Calibration]) -> Figure:
    """The malignant share among the cases with about one probability, as trained and with the shares put right."""
    sides = {"As trained": found, "Shares put right": {"nothing": found["nothing"]} | back}
    share = found["nothing"].share
    told = [f"{title}: " + ", ".join(f"{how} {c.mean:.3f}" for how, c in side.items()) for title, side in sides.items()]
    figure = Figure(
        alt=f"Frequency over predicted probability. Mean probabilities: {'; '.join(told)}. In truth {share:.3f} are "
        "malignant. Put right, all curves but that of undersampling come near the diagonal.",
        caption="Eight groups of test cases with like probabilities. On the diagonal a probability is what it says. "
        "All remedies that balance lie far below it. Put right, most come back, but undersampling stays too sure.",
    )
    for title, side in sides.items():
        axes = {
            "xlim": (0, 1),
            "ylim": (0, 0.8),
            "xlabel": "predicted probability",
            "ylabel": "share that is malignant",
        }
        with figure.panel(title, height=3.6, **axes) as ax:
            ax.plot([0, 1], [0, 1], ":", color=MUTED, linewidth=1.5, label="calibrated")
            for (how, c), style in zip(side.items(), ("o-", "s-", "x--", "v-.", "^--"), strict=True):
                ax.plot(c.predicted, c.observed, style, markersize=5, linewidth=1.5, label=how)
            ax.legend(loc="upper left")
    return figure


def cost(y_true: np.ndarray, y_prob: np.ndarray, cost_fp: float, cost_fn: float) -> Figure:
    """The expected cost over the threshold, its minimum, and the threshold of the closed form."""
    thresholds, costs = imbalance.cost_curve(y_true, y_prob, cost_fp, cost_fn)
    best, lowest = imbalance.best_threshold(y_true, y_prob, cost_fp, cost_fn)
    closed, half = imbalance.threshold(cost_fp, cost_fn), experiments.cost_at(y_true, y_prob, 0.5, cost_fp, cost_fn)
    figure = Figure(
        alt=f"Expected cost over the threshold, which is logarithmic: lowest, {lowest:.2f}, at {best:.3f}; the closed "
        f"form says {closed:.3f}; at a threshold of one half the cost is {half:.2f}.",
        caption="The closed form lands near the bottom, which is flat. A threshold of ½ is far from it.",
    )
    with figure.panel("", "threshold τ", "cost of a case", width=5.4, height=3.4, xscale="log", xlim=(1e-3, 1)) as ax:
        ax.step(thresholds[1:], costs[1:], where="pre", color=C0)
        ax.plot(best, lowest, "o", color=C1, label=f"cheapest: τ = {best:.3f}")
        ax.axvline(closed, color=C2, linestyle="--", label=f"closed form: τ* = {closed:.3f}")
        ax.plot(0.5, half, "s", color=C3, label="τ = ½")
        ax.set_ylim(0)
    return figure


def leak(found: dict[str, np.ndarray]) -> Figure:
    """Balanced accuracy of both learners, oversampled before and after the split, and on fresh cases."""
    return _learners(
        found,
        "Resampled before the split, the nearest neighbour looks excellent. Resampled after it, and on malignant "
        "tumours that neither half holds, it does not. Bars are means over the draws, with their standard deviation.",
    )


def _learners(found: dict[str, np.ndarray], caption: str) -> Figure:
    """Bars of the nearest neighbour and of logistic regression for each order of steps."""
    words = "; ".join(f"{k}: {v[:, 0].mean():.2f} and {v[:, 1].mean():.2f}" for k, v in found.items())
    figure = Figure(
        alt=f"Balanced accuracy of the nearest neighbour and of logistic regression. {words}.", caption=caption
    )
    with figure.panel("", "", "balanced accuracy", width=5.6, height=3.4, ylim=(0.4, 1.17)) as ax:
        place = np.arange(len(found))
        for i, (name, color) in enumerate((("nearest neighbour", C0), ("logistic regression", C1))):
            means, spread = (np.array([f(v[:, i]) for v in found.values()]) for f in (np.mean, np.std))
            where = place + 0.2 * (2 * i - 1)
            ax.bar(where, means, 0.36, color=color, alpha=0.6, label=name, yerr=spread, ecolor=FOREGROUND)
        ax.axhline(0.5, color=MUTED, linestyle=":", label="coin toss")
        ax.set_xticks(place, [name.replace(" the ", "\nthe ") for name in found])
        ax.set_yticks(np.linspace(0.4, 1, 7))
        ax.legend(loc="upper center", ncols=3, columnspacing=1)
    return figure


def two_curves(names=("mean radius", "mean concavity"), prevalence: float = experiments.PREVALENCE) -> Figure:
    """Two measurements as scores: ROC curves of the same area, and what they are when 5 % are malignant."""
    found = experiments.single_scores(prevalence)
    words = "; ".join(f"{name}: ROC AUC {found[name][0]:.3f}, average precision {found[name][1]:.3f}" for name in names)
    figure = Figure(
        alt=f"ROC curves and precision–recall curves of two measurements. {words}.",
        caption="Two scores whose ROC curves have the same area. On the right they differ, for concavity has benign "
        "tumours among its highest scores. The dotted line is guessing.",
    )
    X, y = experiments.tumours(names)
    weight = experiments.rare_weight(y, prevalence)
    with figure.panel("ROC", "false positive rate", "recall", xlim=(0, 1), ylim=(0, 1.02)) as ax:
        for name, score, style in zip(names, X.T, ("-", "--"), strict=True):
            fpr, tpr, _ = metrics.roc_curve(y, score)
            ax.plot(fpr, tpr, style, label=f"{name}: {found[name][0]:.2f}")
    with figure.panel("Precision and recall", "recall", "precision", xlim=(0, 1), ylim=(0, 1.02)) as ax:
        for name, score, style in zip(names, X.T, ("-", "--"), strict=True):
            precision, recall, _ = metrics.precision_recall_curve(y, score, sample_weight=weight)
            ax.step(recall, precision, style, where="post", label=f"{name}: {found[name][1]:.2f}")
        ax.axhline(prevalence, color=MUTED, linestyle=":", label=f"chance: {prevalence:g}")
    return figure


def cost_to_read() -> Figure:
    """The cost curve of the exercise that asks for the price of a miss."""
    from dlbook.exercises.imbalance import TO_READ, cost_to_read

    tau, costs = cost_to_read()
    figure = Figure(
        alt=f"Cost of a case over the threshold: {costs[0]:.2g} at 0, where all are called positive; lowest at about "
        f"{tau[costs.argmin()]:.2f}; {costs[-1]:.2g} at 1, where none is. {TO_READ['share']:.0%} of all are positive.",
        caption="What a case costs on average, over the threshold. The exercise below reads it.",
    )
    with figure.panel("", "threshold τ", "cost of a case", width=5, xlim=(0, 1), ylim=(0, 2.2)) as ax:
        ax.plot(tau, costs, color=C0, linewidth=3)
        ax.set_xticks(np.linspace(0, 1, 6))
        ax.set_yticks(np.arange(0, 2.1, 0.5))
    return figure
