"""Chapter 19: how much of the trunk to freeze, by the images there are; the mean of five draws, and one draw alone."""

from functools import cache

import numpy as np

from dlbook.experiments import measured
from dlbook.experiments.transfer import COUNTS, strategies
from dlbook.explore.explorer import Choice, Slider, explore, handle, line, number, panel, points

TASKS = {"four other clothes": "clothes", "digits": "digits"}
DEPTHS, DRAWS = np.arange(6), 5


@cache
def accuracies(task: str) -> tuple[np.ndarray, np.ndarray]:
    """The share named right: with so many pieces frozen (counts, depths, draws), and from scratch (counts, draws)."""
    table = measured.table(strategies)
    tuned = [[table.of("accuracy", task=task, count=n, frozen=int(k)) for k in DEPTHS] for n in COUNTS]
    return np.array(tuned), np.array([table.of("accuracy", task=task, count=n, frozen="scratch") for n in COUNTS])


def state(task: str, count: float, frozen: float, draw: float) -> dict:
    """The curves over the frozen depth, and over the images a class, as measured."""
    i, k, d = (int(np.abs(np.subtract(values, at)).argmin()) for values, at in ((COUNTS, count), (DEPTHS, frozen),
               (range(1, DRAWS + 1), draw)))  # fmt: skip
    tuned, scratch = accuracies(TASKS[task])
    here, mean = tuned[i], tuned[i].mean(axis=1)
    gain = tuned[:, k] - scratch  # (counts, draws): the same images and the same pretrained net
    best, alone = int(mean.argmax()), int(here[:, d].argmax())
    return {
        "depth": DEPTHS.astype(float),
        "mean": mean,
        "low": here.min(axis=1),
        "high": here.max(axis=1),
        "one": here[:, d],
        "ends": np.array([0.0, 5.0]),
        "scratch_line": np.full(2, scratch[i].mean()),
        "chosen_x": np.array([float(k)]),
        "chosen_y": mean[[k]],
        "log_count": np.log10(COUNTS),
        "gain": gain.mean(axis=1),
        "gain_x": np.repeat(np.log10(COUNTS), DRAWS),
        "gains": gain.ravel(),
        "wide": np.log10([COUNTS[0], COUNTS[-1]]),
        "zero": np.zeros(2),
        "accuracy": mean[k],
        "least": here[k].min(),
        "most": here[k].max(),
        "scratch": scratch[i].mean(),
        "better": gain[i].mean(),
        "wins": int((gain[i] > 0).sum()),
        "best": best,
        "alone": alone,
        "images": COUNTS[i],
        "pieces": k,
        "which": d + 1,
        "verdict": "the same choice" if best == alone else "another choice",
    }


def explorer():
    """The explorer of chapter 19."""
    return explore(
        state,
        panel(
            line("depth", "low", label="least and greatest of five draws", color=-1, width=1),
            line("depth", "high", color=-1, width=1),
            line("ends", "scratch_line", label="from scratch", color=1, dash=True),
            line("depth", "one", label="this draw", color=2, dash=True),
            line("depth", "mean", label="mean of five draws"),
            points("chosen_x", "chosen_y", size=6),
            handle(x="frozen", label="frozen pieces"),
            title="With these images: how much to freeze?",
            xlabel="frozen pieces of the trunk",
            ylabel="named right",
            xlim=(-0.2, 5.2),
            ylim=(0.15, 1),
            height=330,
        ),
        panel(
            line("wide", "zero", label="from scratch", color=1, dash=True),
            points("gain_x", "gains", label="one draw", color=-1, size=3.5),
            line("log_count", "gain", label="mean"),
            title="At this depth: what is gained over scratch?",
            xlabel="log₁₀ of the images of each class",
            ylabel="share gained",
            ylim=(-0.55, 0.35),
            height=330,
        ),
        slug="transfer",
        title="How much to freeze?",
        alt="On the left the share of unseen images named right over the number of frozen pieces, the mean, the least"
        " and the greatest of five draws and one draw alone, beside a net from scratch. On the right what the chosen"
        " depth gains over scratch, for 3 to 100 images of each class.",
        says="With {images:d} images of each class and {pieces:d} of 5 pieces frozen, {accuracy:.1%} are named right on"
        " average, from {least:.1%} to {most:.1%}; from scratch {scratch:.1%}. It beats scratch in {wins:d} of 5 draws."
        " On average {best:d} frozen pieces are best, in draw {which:d} alone {alone:d}: {verdict}.",
        numbers=[
            number("accuracy", "named right, mean", "mean over five draws"),
            number("least", "least of five", ""),
            number("most", "greatest of five", ""),
            number("scratch", "from scratch, mean", "no piece from the pretrained net"),
            number("better", "gained over scratch", "{accuracy:.3f} − {scratch:.3f}"),
            number("wins", "draws in which it beats scratch", "of 5, with the same images"),
            number("best", "best depth, by the mean", ""),
            number("alone", "best depth, by this draw alone", "{verdict}"),
        ],
        presets={
            "Three images of similar clothes": {"task": "four other clothes", "count": 3, "frozen": 5},
            "A hundred of them": {"task": "four other clothes", "count": 100, "frozen": 5},
            "Digits on a frozen trunk": {"task": "digits", "count": 100, "frozen": 5},
            "Digits, all tuned": {"task": "digits", "count": 30, "frozen": 0},
        },
        task=Choice(*TASKS, label="new task"),
        count=Slider(values=COUNTS, start=3, label="images of each class"),
        frozen=Slider(0, 5, 6, start=5, label="frozen pieces"),
        draw=Slider(values=tuple(range(1, DRAWS + 1)), start=1, label="draw"),
    )
