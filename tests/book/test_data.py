"""The committed data are what their provenance says, and equal scikit-learn's copies."""

import hashlib
import tomllib

import numpy as np
import pytest
from sklearn import datasets

from dlbook import data

PROVENANCE = tomllib.loads((data.FOLDER / "provenance.toml").read_text())


def test_every_file_has_its_provenance():
    assert {path.stem for path in data.FOLDER.glob("*.npz")} == PROVENANCE.keys()
    assert sum(path.stat().st_size for path in data.FOLDER.glob("*.npz")) < 10_000_000


@pytest.mark.parametrize("name", PROVENANCE)
def test_bytes_source_and_licence(name):
    entry = PROVENANCE[name]
    assert hashlib.sha256((data.FOLDER / f"{name}.npz").read_bytes()).hexdigest() == entry["sha256"]
    assert entry["licence"] and entry["source"] and entry["creators"] and entry["changes"]


def test_breast_cancer_is_the_known_set_with_malignant_as_one():
    bunch, ours = datasets.load_breast_cancer(), data.breast_cancer()
    np.testing.assert_array_equal(ours.X, bunch.data)
    np.testing.assert_array_equal(ours.y, 1 - bunch.target)
    assert ours.feature_names == tuple(bunch.feature_names)
    assert ours.class_names[ours.y[0]] == bunch.target_names[bunch.target[0]] == "malignant"


def test_digits_are_the_known_set_scaled_to_one():
    bunch, ours = datasets.load_digits(), data.digits()
    np.testing.assert_array_equal(ours.X * 16, bunch.data)
    np.testing.assert_array_equal(ours.y, bunch.target)


def test_fashion_mnist_is_balanced_and_scaled_to_one():
    for part, count in (("train", 1000), ("test", 200)):
        clothes = data.fashion_mnist(part)
        assert clothes.X.shape == (10 * count, 784) and clothes.X.dtype == np.float32
        assert (np.bincount(clothes.y) == count).all() and len(clothes.class_names) == 10
        assert clothes.X.min() == 0 and clothes.X.max() == 1
    # an ankle boot covers the sole and not the top corners; trousers leave both sides free
    boots, trousers = (clothes.X[clothes.y == label].mean(axis=0).reshape(28, 28) for label in (9, 1))
    assert boots[20:24].mean() > 3 * boots[:4].mean() and trousers[:, :6].mean() < 0.02 < trousers[:, 11:17].mean()
    with pytest.raises(ValueError, match="part must be 'train' or 'test': got 'validation'"):
        data.fashion_mnist("validation")


def test_no_image_stands_in_both_parts():
    train, test = ({row.tobytes() for row in data.fashion_mnist(part).X} for part in ("train", "test"))
    assert len(train & test) <= 2 and len(train) > 9_990 and len(test) > 1_990


def test_a_page_has_no_fashion_mnist_and_says_so(monkeypatch, tmp_path):
    monkeypatch.setattr(data, "FOLDER", tmp_path)
    with pytest.raises(FileNotFoundError, match="does not travel with a page: run this cell in JupyterLab"):
        data.fashion_mnist()


def test_photos_are_squares_of_scikit_learns_and_bright_where_those_are():
    for name, top, left in (("china", 20, 40), ("flower", 55, 145)):
        ours, whole = data.photo(name), datasets.load_sample_image(f"{name}.jpg") / 255
        assert ours.shape == (3, 160, 160) and 0 <= ours.min() and ours.max() <= 1
        square = whole[top : top + 320, left : left + 320].transpose(2, 0, 1)
        mean = (square[:, ::2, ::2] + square[:, 1::2, ::2] + square[:, ::2, 1::2] + square[:, 1::2, 1::2]) / 4
        np.testing.assert_allclose(ours, mean, atol=0.5001 / 255)
        red, green, blue = ours
        np.testing.assert_allclose(data.grey(ours), 0.299 * red + 0.587 * green + 0.114 * blue)
    with pytest.raises(ValueError, match="name must be 'china' or 'flower': got 'cat'"):
        data.photo("cat")


def test_what_a_reader_changes_stays_his():
    data.digits().X[:] = 0
    data.breast_cancer().X[:] = 0
    assert data.digits().X.max() == 1
    assert data.breast_cancer().X.max() > 0


def test_split_keeps_proportions_and_loses_nothing():
    cancer = data.breast_cancer()
    X_train, X_test, y_train, y_test = data.split(cancer, test_fraction=0.5, seed=0)
    assert len(y_train) + len(y_test) == 569
    assert abs(y_train.mean() - y_test.mean()) < 0.01
    together = np.vstack([X_train, X_test])
    np.testing.assert_array_equal(np.sort(together[:, 0]), np.sort(cancer.X[:, 0]))
    with pytest.raises(ValueError, match="test_fraction must lie between 0 and 1: got 50"):
        data.split(cancer, test_fraction=50, seed=0)
