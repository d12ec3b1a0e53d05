"""Chapter 03: the same neighbours and answers by scikit-learn's scalers and its KNeighborsClassifier."""

import numpy as np
from oracles.preprocessing import SCALERS
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline

from dlbook.experiments import preprocessing as experiments
from dlbook.explorers import preprocessing_neighbours as explorer

RTOL = 1e-9


def asked(unit, scaling, tumour):
    """The fitted scaler and classifier, the two halves in this unit, and the row that is asked about."""
    units = [1, 10.0**unit]
    train, test = explorer.X_TRAIN * units, explorer.X_TEST * units
    model = make_pipeline(SCALERS[scaling], KNeighborsClassifier(n_neighbors=5, algorithm="brute"))
    row = explorer.ASKED[int(tumour) - 1]
    return model.fit(train, explorer.Y_TRAIN), train, test, test[row : row + 1]


def oracle(unit, scaling, tumour) -> dict:
    model, train, test, x = asked(unit, scaling, tumour)
    scaler, classifier = model
    square = (scaler.transform(train) - scaler.transform(x)) ** 2
    _, near = classifier.kneighbors(scaler.transform(x))
    return {
        "votes": explorer.Y_TRAIN[near[0]].sum(),
        "texture": np.mean(square[:, 0] / square.sum(axis=1)),
        "accuracy": model.score(test, explorer.Y_TEST),
    }


def scratch(unit, scaling, tumour) -> dict:
    train, test = explorer.scaled(scaling, unit)
    called = experiments.nearest_neighbours(train, explorer.Y_TRAIN, test)
    return {"accuracy": float((called == explorer.Y_TEST).mean())}


def check_drawing(shown: dict, controls: dict) -> None:
    model, train, _, x = asked(**controls)
    scaler, classifier = model
    distance, near = classifier.kneighbors(scaler.transform(x))
    drawn = np.stack([shown["near_x"], shown["near_y"]], axis=1)
    np.testing.assert_array_equal(drawn, explorer.X_TRAIN[near[0]])
    assert shown["called"] == ("benign", "malignant")[model.predict(x)[0]]
    around = np.stack([shown["around_x"], shown["around_y"]], axis=1)
    around = scaler.transform(around[np.isfinite(around).all(axis=1)] * [1, 10 ** controls["unit"]])
    radius = np.linalg.norm(around - scaler.transform(x), axis=1)
    assert len(radius) > 10
    np.testing.assert_allclose(radius, distance[0, -1], rtol=1e-6)
    spokes = np.stack([shown["spoke_x"], shown["spoke_y"]], axis=1).reshape(5, 3, 2)
    np.testing.assert_array_equal(spokes[:, 1], drawn)
    assert np.isnan(spokes[:, 2]).all() and (spokes[:, 0] == [shown["x"][0], shown["y"][0]]).all()
    assert shown["raw"][explorer.UNITS.index(0)] == KNeighborsClassifier(5).fit(
        explorer.X_TRAIN, explorer.Y_TRAIN
    ).score(explorer.X_TEST, explorer.Y_TEST)
