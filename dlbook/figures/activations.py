"""What chapter 02 draws."""

import numpy as np

from dlbook.experiments.activations import Run, summary
from dlbook.figures import C0, C1, Figure
from dlbook.scratch import activations

LABELS = {"sigmoid": "sigmoid", "tanh": "tanh", "relu": "ReLU", "leaky_relu": "leaky ReLU", "elu": "ELU"}
Z = np.linspace(-5, 5, 201)


def value_and_derivative(name: str, **parameters) -> Figure:
    """One activation function and its derivative."""
    f, f_grad = getattr(activations, name), getattr(activations, f"{name}_grad")
    value, slope = f(Z, **parameters), f_grad(Z, **parameters)
    figure = Figure(
        alt=f"{LABELS[name]} from −5 to 5: the value goes from {value[0]:.3g} to {value[-1]:.3g}, "
        f"the derivative from {slope[0]:.3g} to {slope[-1]:.3g} and is at most {slope.max():.3g}."
    )
    for title, y, color in (("f(z)", value, C0), ("f′(z)", slope, C1)):
        with figure.panel(title, xlabel="z", width=3.6, height=2.5) as ax:
            ax.plot(Z, y, color=color)
            ax.set_ylim(min(-0.1, y.min() * 1.1), max(1.1, y.max() * 1.1))
    return figure


def linear_collapse(depth: int = 5, seed: int = 0) -> Figure:
    """A random net on the real line, without and with a nonlinearity between its layers."""
    rng = np.random.default_rng(seed)
    sizes = [1, *[16] * (depth - 1), 1]
    W = [rng.normal(0, 1.6 / np.sqrt(n), (m, n)) for n, m in zip(sizes, sizes[1:], strict=False)]
    b = [rng.normal(0, 0.7, m) for m in sizes[1:]]
    figure = Figure(
        alt=f"Output of a net of {depth} layers over its input: a straight line without activation functions, a bent "
        "curve with tanh or ReLU between the layers."
    )
    for title, f in (("no activation", lambda z: z), ("tanh", activations.tanh), ("ReLU", activations.relu)):
        a = Z[:, None]
        for k in range(depth):
            a = a @ W[k].T + b[k]
            a = f(a) if k < depth - 1 else a
        with figure.panel(title, xlabel="input", width=3, height=2.3) as ax:
            ax.plot(Z, a[:, 0])
    return figure


def dead_units(runs: dict[str, list[list[Run]]], lrs) -> Figure:
    """Share of dead units and accuracy over the learning rate: medians, and bars from the lowest to the highest run."""
    found = {name: [summary(some) for some in at] for name, at in runs.items()}
    told = [
        f"{LABELS[name]} {', '.join(f'{s.dead[1]:.0%} and {s.accuracy[1]:.0%}' for s in at)}"
        for name, at in found.items()
    ]
    figure = Figure(
        alt="Median share of dead units and median accuracy at the learning rates "
        f"{', '.join(f'{lr:g}' for lr in lrs)}: {'; '.join(told)}."
    )
    for title, key in (("Dead units", "dead"), ("Accuracy on unseen digits", "accuracy")):
        with figure.panel(title, xlabel="learning rate η", ylim=(-0.02, 1.02)) as ax:
            for k, (name, marker) in enumerate(zip(found, "osD^v", strict=False)):
                low, middle, high = np.transpose([getattr(s, key) for s in found[name]])  # each (rates,)
                x = np.arange(len(lrs)) + 0.08 * k  # side by side, so that no bar hides another
                ends = [middle - low, high - middle]
                ax.errorbar(x, middle, ends, fmt=f"{marker}-", capsize=3, elinewidth=1.2, label=LABELS[name])
            ax.set_xticks(np.arange(len(lrs)) + 0.04 * (len(found) - 1), [f"{lr:g}" for lr in lrs])
            ax.legend(fontsize=8.5)
    return figure


def gradient_through_depth(norms: dict[str, np.ndarray]) -> Figure:
    """How much of a gradient is left after so many layers on its way back."""
    words = ", ".join(f"{LABELS[name]} {norm[-1]:.1e}" for name, norm in norms.items())
    depth = len(next(iter(norms.values()))) - 1
    figure = Figure(alt=f"What is left of the gradient after {depth} layers, on a logarithmic axis: {words}.")
    with figure.panel(xlabel="layers passed on the way back", ylabel="gradient left", width=5, yscale="log") as ax:
        for (name, norm), style in zip(norms.items(), ("-", "-", "-", "--", "-."), strict=False):
            ax.plot(norm, style, label=LABELS[name])  # leaky ReLU lies on ReLU
    return figure


def softmax_temperature(z: np.ndarray, scales=(0.5, 1.0, 3.0)) -> Figure:
    """The same scores, scaled, become more and more of a decision."""
    shares = [activations.softmax(scale * z) for scale in scales]
    words = "; ".join(f"times {s:g}: largest share {p.max():.2f}" for s, p in zip(scales, shares, strict=True))
    figure = Figure(alt=f"Softmax of {len(z)} scores multiplied by {len(scales)} factors. {words}.")
    for scale, p in zip(scales, shares, strict=True):
        with figure.panel(f"softmax({scale:g} z)", xlabel="class", width=3, height=2.3, ylim=(0, 1)) as ax:
            ax.bar(range(len(z)), p, color=C0, alpha=0.7)
            ax.set_xticks(range(len(z)))
    return figure


def exercise_elu() -> Figure:
    """The ELU of the exercise that asks for its α."""
    from dlbook.exercises.activations import ELU_TO_READ

    return value_and_derivative("elu", **ELU_TO_READ)
