"""The book's data: real, small, committed with source and licence (provenance.toml). Nothing is downloaded."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Dataset:
    """X (N, D) measurements, y (N,) integer classes, and the names of columns and classes where they have any."""

    X: np.ndarray
    y: np.ndarray
    feature_names: tuple[str, ...] = ()
    class_names: tuple[str, ...] = ()


@cache
def _load(name: str) -> dict[str, np.ndarray]:
    with np.load(FOLDER / f"{name}.npz") as archive:
        return dict(archive)


def breast_cancer() -> Dataset:
    """569 tumours, 30 measurements of their cell nuclei; y is 1 where the tumour is malignant (212 of 569).

    Source: UCI Machine Learning Repository, doi:10.24432/C5DW2B, CC BY 4.0.
    """
    raw = _load("breast_cancer")
    return Dataset(raw["X"].copy(), raw["y"].copy(), tuple(raw["feature_names"]), tuple(raw["class_names"]))


def digits() -> Dataset:
    """1,797 handwritten digits as 64 grey levels from 0 to 1; y is the digit.

    Source: UCI Machine Learning Repository, doi:10.24432/C50P49, CC BY 4.0.
    """
    raw = _load("digits")
    return Dataset(raw["X"] / 16.0, raw["y"].copy(), class_names=tuple("0123456789"))


def fashion_mnist(part: str = "train") -> Dataset:
    """10,000 photos of clothes ("train") or 2,000 others ("test"): 784 grey levels from 0 to 1; y is the class.

    X is float32. Too large for a page: only JupyterLab has it. Source: Xiao, Rasul and Vollgraf 2017, MIT licence.
    """
    if part not in ("train", "test"):
        raise ValueError(f"part must be 'train' or 'test': got {part!r}")
    if not (FOLDER / "fashion_mnist.npz").exists():
        raise FileNotFoundError("Fashion-MNIST (5 MB) does not travel with a page: run this cell in JupyterLab")
    raw = _load("fashion_mnist")
    X = raw[f"X_{part}"].astype(np.float32) / np.float32(255)
    return Dataset(X, raw[f"y_{part}"].astype(np.int64), class_names=tuple(raw["class_names"]))


def photo(name: str = "china") -> np.ndarray:
    """A photo in colour, (3, 160, 160) from 0 to 1: a tower above a lake ("china") or a dahlia ("flower").

    Source: danielbuechele and vultilion on Flickr, CC BY 2.0, as bundled with scikit-learn.
    """
    if name not in ("china", "flower"):
        raise ValueError(f"name must be 'china' or 'flower': got {name!r}")
    return _load("photos")[name].transpose(2, 0, 1) / 255.0  # channels first


def grey(image: np.ndarray) -> np.ndarray:
    """The brightness of an image in colour (3, H, W), as the eye weighs red, green and blue: (H, W)."""
    return np.tensordot([0.299, 0.587, 0.114], image, axes=1)


def split(data: Dataset, test_fraction: float, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """X_train, X_test, y_train, y_test: each class is divided in the same proportion, rows in random order."""
    if not 0 < test_fraction < 1:
        raise ValueError(f"test_fraction must lie between 0 and 1: got {test_fraction}")
    rng = np.random.default_rng(seed)
    in_test = np.zeros(len(data.y), dtype=bool)
    for label in np.unique(data.y):
        members = rng.permutation(np.flatnonzero(data.y == label))
        in_test[members[: round(test_fraction * len(members))]] = True
    test, train = rng.permutation(np.flatnonzero(in_test)), rng.permutation(np.flatnonzero(~in_test))
    return data.X[train], data.X[test], data.y[train], data.y[test]
