"""What chapter 08 draws."""

import numpy as np

from dlbook.figures import C0, C1, FOREGROUND, MUTED, Figure


def learning(runs: dict) -> Figure:
    """The loss of each mini-batch, smoothed over 20 steps, for several ways of training the same net."""
    words = "; ".join(f"{name}: {run.accuracy:.1%} of the test images right" for name, run in runs.items())
    figure = Figure(alt=f"Cross-entropy over the steps of training, falling from about 2.3 towards 0. {words}.")
    with figure.panel("The loss while training", "step", "cross-entropy", width=6, yscale="log") as ax:
        for (name, run), style in zip(runs.items(), ("-", "--", ":"), strict=False):
            smooth = np.convolve(run.loss, np.ones(20) / 20, mode="valid")
            ax.plot(np.arange(len(smooth)) + 20, smooth, style, label=name)
    return figure


def batch_sizes(accuracy: dict[str, dict[int, float]]) -> Figure:
    """Test accuracy over the batch size, with batch norm and without."""
    words = "; ".join(
        f"{name}: " + ", ".join(f"{share:.1%} with batches of {size}" for size, share in row.items())
        for name, row in accuracy.items()
    )
    figure = Figure(alt=f"Accuracy on test images over the batch size. {words}.")
    with figure.panel("Small batches", "samples in a batch", "test accuracy", width=6) as ax:
        for (name, row), style in zip(accuracy.items(), ("o-", "s--"), strict=True):
            ax.plot(list(row), list(row.values()), style, label=name)
        ax.set_xscale("log", base=2)
        ax.set_xticks(list(row), [str(size) for size in row])
    return figure


def small_net() -> Figure:
    """The last layer of a net after a backward pass: the exercise asks for the derivative of a weight."""
    from dlbook.exercises.backpropagation import READ

    a, w, delta = READ["a"], READ["w"], READ["delta"]
    figure = Figure(
        alt="Three units feed one output. From top to bottom their activations are "
        + ", ".join(f"{value:g}" for value in a)
        + " and the weights of their lines "
        + ", ".join(f"{value:g}" for value in w)
        + f". Under the output stands ∂L/∂z = {delta:g}."
    )
    with figure.panel(width=5, xlim=(-0.4, 1.5), ylim=(-0.7, 2.5)) as ax:
        ax.axis("off")
        for y, activation, weight in zip((2, 1, 0), a, w, strict=True):
            ax.plot([0.11, 0.89], [y + 0.11 * (1 - y), y + 0.89 * (1 - y)], color=MUTED, linewidth=1.2)
            ax.plot(0, y, "o", color=C0, markersize=30, fillstyle="none")
            ax.text(0, y, f"{activation:g}", ha="center", va="center")
            ax.text(
                0.42,
                y + (1 - y) * 0.42 + 0.12,
                f"{weight:g}".replace("-", "−"),
                ha="center",
                va="bottom",
                color=FOREGROUND,
            )
        ax.plot(1, 1, "o", color=C1, markersize=30, fillstyle="none")
        ax.text(1, 1, "z", ha="center", va="center")
        ax.text(1, 0.45, f"∂L/∂z = {delta:g}".replace("-", "−"), ha="center", va="center", color=C1)
        ax.text(0, 2.4, "activations a", ha="center", va="center", color=MUTED)
    return figure
