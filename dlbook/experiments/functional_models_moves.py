"""What chapter 18 moves between libraries: a small convolutional net that has learned to read."""

import numpy as np

from dlbook import data
from dlbook.experiments.functional_models import Run, classes, right, train
from dlbook.scratch import layers, models


def reader(rng) -> models.Functional:
    """A digit as an image (N, 1, 8, 8) through a convolution of six channels, flattened, to ten scores."""
    rows = [
        ("conv", layers.Conv2d(1, 6, 3, rng=rng), "x"),
        ("relu", layers.ReLU(), "conv"),
        ("flat", layers.Flatten(), "relu"),
        ("scores", layers.Linear(216, 10, rng=rng), "flat"),
    ]
    return models.functional(rows)


def images():
    """Training images, unseen images (N, 1, 8, 8), and their digits."""
    X_train, X_test, y_train, y_test = data.split(data.digits(), test_fraction=0.2, seed=0)
    return X_train.reshape(-1, 1, 8, 8), X_test.reshape(-1, 1, 8, 8), y_train, y_test


def learn_reader(seed=0, steps=600) -> tuple[Run, float]:
    """A reader that has learned, and the share of unseen digits that it reads right."""
    rng = np.random.default_rng(seed)
    X_train, X_test, y_train, y_test = images()
    run = train(reader(rng), (X_train,), classes(y_train), steps, 0.05, rng)
    return run, right(run.model(X_test), y_test)
