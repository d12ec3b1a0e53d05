"""Mechanisms, drawn: wires with numbers, gates, boxes. Values run forward in one colour, gradients back in another."""

import numpy as np

from dlbook.figures import C0, C1, FOREGROUND, MUTED

RADIUS = 0.26


def written(value) -> str:
    """A number for a drawing, with a minus sign of its own."""
    return value if isinstance(value, str) else f"{value:g}".replace("-", "−")


def blank(ax, width: float, height: float) -> None:
    """Axes without axes, in which both directions have one scale."""
    ax.axis("off")
    ax.set(xlim=(0, width), ylim=(0, height), aspect="equal")


def gate(ax, x, y, text, colour=FOREGROUND) -> tuple[float, float]:
    """A circle with its operation; returns its middle."""
    ax.plot(x, y, "o", color=colour, markersize=27, fillstyle="none", markeredgewidth=1.4)
    ax.text(x, y, text, ha="center", va="center", color=colour, fontsize=12 if len(text) != 3 else 9)
    return x, y


def wire(ax, start, end, value="", grad="", at=0.5, colour=MUTED, away=(RADIUS, RADIUS)) -> None:
    """A line between two places, its value above it and, in the other colour, its gradient below."""
    (x0, y0), (x1, y1) = start, end
    length = ((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5
    along = lambda share: (x0 + (x1 - x0) * share, y0 + (y1 - y0) * share)
    near, far = away[0] / length, 1 - away[1] / length
    ax.annotate(
        "", along(far), along(near), arrowprops={"arrowstyle": "-|>", "color": colour, "shrinkA": 0, "shrinkB": 0}
    )
    x, y = along(near + (far - near) * at)
    ax.text(x, y + 0.07, written(value), ha="center", va="bottom", color=C0)
    ax.text(x, y - 0.09, written(grad), ha="center", va="top", color=C1)


def box(ax, x, y, width, height, text, colour=FOREGROUND) -> None:
    """A box around the place (x, y) with its words."""
    left, low = x - width / 2, y - height / 2
    ax.plot(
        [left, left + width, left + width, left, left],
        [low, low, low + height, low + height, low],
        color=colour,
        lw=1.4,
    )
    ax.text(x, y, text, ha="center", va="center", color=colour)


def arrow(ax, start, end, colour, bend=0.0) -> None:
    """An arrow from one place to another."""
    style = f"arc3,rad={bend}"
    ax.annotate("", end, start, arrowprops={"arrowstyle": "-|>", "color": colour, "connectionstyle": style, "lw": 1.6})


def cells(ax, left, top, values, tints=None, rims=None, size=10.5) -> None:
    """A matrix as squares of side 1 with its numbers or words; `tints` gives each a colour or None, `rims` its edge."""
    from matplotlib.patches import Rectangle

    values = np.asarray(values, dtype=object)
    for (i, j), value in np.ndenumerate(values):
        tint = tints[i][j] if tints is not None else None
        rim = rims[i][j] if rims is not None else MUTED
        corner = (left + j, top - i - 1)
        if tint:
            ax.add_patch(Rectangle(corner, 1, 1, facecolor=tint, alpha=0.22))
        if rim:
            ax.add_patch(Rectangle(corner, 1, 1, fill=False, edgecolor=rim, linewidth=0.9))
        words = written(value) if value is not None else ""
        ax.text(left + j + 0.5, top - i - 0.5, words, ha="center", va="center", fontsize=size)


def frame(ax, left, top, width, height, colour=C1) -> None:
    """A window upon cells."""
    from matplotlib.patches import Rectangle

    ax.add_patch(Rectangle((left, top - height), width, height, fill=False, edgecolor=colour, linewidth=2.4))


def picture(ax, pixels, low=0.0, high=1.0) -> None:
    """A grey image, black at `low`, in 32 levels: fewer bytes, and hardly an eye sees it."""
    ax.axis("off")
    levels = np.round(31 * (np.clip(pixels, low, high) - low) / (high - low)) / 31
    ax.imshow(levels, cmap="gray", vmin=0, vmax=1, interpolation="none")
