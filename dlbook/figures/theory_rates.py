"""What chapter 07 draws of many dimensions, of assumptions and of polls."""

import numpy as np

from dlbook.experiments import theory
from dlbook.figures import C0, C1, C2, C3, FOREGROUND, MUTED, Figure


def border(side: int = 10) -> Figure:
    """Cells of a grid on a line and on a square, those at the border marked."""
    shares = [theory.shell_share(D, 2 / side) for D in (1, 2, 3)]
    figure = Figure(
        alt=f"A line of {side} cells, 2 of them at its ends, and a square of {side**2} cells, "
        f"{side**2 - (side - 2) ** 2} of them at its border.",
        caption=f"Ten cells on each axis. At the border lie {shares[0]:.0%} of a line, {shares[1]:.0%} of a square "
        f"and {shares[2]:.0%} of a cube. With each further axis there are ten times as many cells, and fewer of "
        "them inside.",
    )
    for title, rows in (("One dimension: 10 cells", 1), ("Two dimensions: 100 cells", side)):
        with figure.panel(title, width=3.1, height=0.5 + 0.28 * rows) as ax:
            ax.axis("off")
            ax.set(xlim=(-0.2, side + 0.2), ylim=(-0.2, rows + 0.2), aspect="equal")
            for i in range(rows):
                for j in range(side):
                    edge = j in (0, side - 1) or (rows > 1 and i in (0, side - 1))
                    colour, alpha = (C1, 0.5) if edge else (C0, 0.25)
                    ax.fill_between([j + 0.06, j + 0.94], i + 0.06, i + 0.94, color=colour, alpha=alpha, linewidth=0)
    return figure


def assumption(counts, errors: dict[str, np.ndarray], D: int = 10) -> Figure:
    """The rms error over the number of samples: without an assumption, with one that holds, with one that does not."""
    words = "; ".join(
        f"{name}: {e[:, 0].min():.2g} to {e[:, 0].max():.2g} with {counts[0]} samples, {e[:, -1].min():.2g} to "
        f"{e[:, -1].max():.2g} with {counts[-1]}"
        for name, e in errors.items()
    )
    figure = Figure(
        alt=f"The rms error in {D} dimensions over the number of samples, both axes logarithmic. {words}.",
        caption=f"{D} dimensions, one line for each of five seeds. Nearest neighbours assume little and hardly "
        "gain. A sum of curves assumes what is true of this function, and needs a hundred samples. Of another "
        "function it is not true, and no number of samples helps.",
    )
    with figure.panel("", "number of samples", "rms error", width=5.4, height=3.4, ylim=(0.004, 30), xscale="log",
                      yscale="log") as ax:  # fmt: skip
        for (name, lines), (style, colour) in zip(errors.items(), (("-", C0), ("--", C2), ("-.", C1)), strict=True):
            for i, line in enumerate(lines):
                ax.plot(counts, line, style, color=colour, linewidth=1.2, label=None if i else name)
        ax.set_xticks(counts[::2], [f"{count:,}" for count in counts[::2]])
        ax.minorticks_off()
        ax.legend(loc="upper right")
    return figure


def polls(sizes, asked: dict[int, np.ndarray], grids: dict[int, tuple[np.ndarray, np.ndarray]]) -> Figure:
    """The error of a net over its number of units: those of a poll, and bumps on a grid, for several dimensions."""
    first = lambda values: ", ".join(f"{value:.3f}" for value in values)
    words = "; ".join(f"D = {D}: {first(e.mean(axis=0))}" for D, e in asked.items())
    cells = "; ".join(
        f"D = {D}: {e[0]:.3f} with {n[0]} cells to {e[-1]:.4f} with {n[-1]}" for D, (n, e) in grids.items()
    )
    figure = Figure(
        alt=f"The rms error of polls of {sizes[0]} to {sizes[-1]} units: {words}. Of bumps on a grid: {cells}.",
        caption="On the left polls, with one band for each dimension that spans five seeds. They lie on each other "
        "and fall by half where the units are four times as many. On the right bumps on a grid, which fall ever "
        "more slowly as the dimensions become more.",
    )
    axes = {"xscale": "log", "yscale": "log", "xlim": (1.7, 1400), "ylim": (3e-4, 0.5)}
    styles = dict(zip(asked, (("-", C0), ("--", C1), ("-.", C2), (":", C3)), strict=True))
    with figure.panel("A poll of n voters", "units n", "rms error", **axes) as ax:
        for D, errors in asked.items():
            style, colour = styles[D]
            ax.fill_between(sizes, errors.min(axis=0), errors.max(axis=0), color=colour, alpha=0.25, linewidth=0)
            ax.plot(sizes, errors.mean(axis=0), style, color=colour, linewidth=1.6, label=f"D = {D}")
    with figure.panel("A grid of n bumps", "units n", "rms error", **axes) as ax:
        for D, (cells_of, errors) in grids.items():
            style, colour = styles[D]
            ax.plot(cells_of, errors, style, marker="o", markersize=3.5, color=colour, linewidth=1.6, label=f"D = {D}")
        ax.plot(sizes, 0.42 / np.sqrt(sizes), color=FOREGROUND, linewidth=0.8, label="a poll")
    return figure


def one_poll(f: float = 0.75, sizes=(4, 16, 64)) -> Figure:
    """How the share of yes among n voters spreads, where three quarters of all would say yes."""
    figure = Figure(
        alt="Bars of how likely each share of yes is, for polls of "
        + "; ".join(f"{n} voters: standard deviation {np.sqrt(f * (1 - f) / n):.3f}" for n in sizes)
        + ".",
        caption="Three quarters of all voters say yes. The bars show how often a poll finds which share. Four times as "
        "many voters make the spread half as wide, and it does not matter how many there are in all.",
    )
    with figure.panel("", "share of yes in the poll", "probability", width=5.4, xlim=(0, 1.02)) as ax:
        for n, colour in zip(sizes, (MUTED, C0, C1), strict=True):
            k = np.arange(n + 1)
            log_binomial = np.concatenate([[0], np.cumsum(np.log((n - k[:-1]) / (k[:-1] + 1)))])
            chance = np.exp(log_binomial + k * np.log(f) + (n - k) * np.log(1 - f))
            ax.vlines(k / n, 0, chance, color=colour, linewidth=5 if n == sizes[0] else 2.4, label=f"{n} voters")
        ax.axvline(f, color=C2, linestyle=":", linewidth=1.4, label="all voters")
        ax.legend(loc="upper left")
    return figure
