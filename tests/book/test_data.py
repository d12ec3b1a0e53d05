"""The committed data are what their provenance says, and equal scikit-learn's copies."""

import hashlib
import tomllib

import babel
import numpy as np
import pytest
from sklearn import datasets

from dlbook import data
from dlbook.data import texts

FILES = [*data.FOLDER.glob("*.npz"), *data.FOLDER.glob("*.json")]
PROVENANCE = tomllib.loads((data.FOLDER / "provenance.toml").read_text())


def test_every_file_has_its_provenance():
    assert {path.stem for path in FILES} == PROVENANCE.keys()
    assert sum(path.stat().st_size for path in FILES) < 16_000_000


@pytest.mark.parametrize("name", PROVENANCE)
def test_bytes_source_and_licence(name):
    entry = PROVENANCE[name]
    (file,) = (path for path in FILES if path.stem == name)
    assert hashlib.sha256(file.read_bytes()).hexdigest() == entry["sha256"]
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


def test_mnist_is_balanced_and_each_digit_looks_like_its_label():
    for part, count in (("train", 200), ("test", 100)):
        digits = data.mnist(part)
        assert digits.X.shape == (10 * count, 1, 28, 28) and digits.X.dtype == np.float32
        assert (np.bincount(digits.y) == count).all() and digits.class_names[7] == "7"
        assert digits.X.min() == 0 and digits.X.max() == 1
    train, test = data.mnist("train"), data.mnist("test")
    means = np.stack([train.X[train.y == digit].mean(axis=0) for digit in range(10)])
    assert means[0, 0, 12:16, 12:16].mean() < 0.1 < 0.7 < means[1, 0, 12:16, 13:15].mean()  # empty, and a stroke
    distance = ((test.X[:, None] - means) ** 2).sum(axis=(2, 3, 4))  # to each digit's mean
    assert (distance.argmin(axis=1) == test.y).mean() > 0.7
    with pytest.raises(ValueError, match="part must be 'train' or 'test': got 'all'"):
        data.mnist("all")


def test_no_image_stands_in_both_parts():
    train, test = ({image.tobytes() for image in data.mnist(part).X} for part in ("train", "test"))
    assert len(train) == 2000 and len(test) == 1000 and not train & test
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


def test_the_licences_that_ask_for_it_travel_with_the_files():
    """MIT, BSD, Apache and Unicode want their text beside what they allow: whose it is, and the text itself."""
    notices = (data.FOLDER / "NOTICES.txt").read_text(encoding="utf-8")
    for name, entry in PROVENANCE.items():
        if any(licence in entry["licence"] for licence in ("MIT", "BSD", "Apache", "Unicode")):
            assert f"\n{name}." in notices, name
    assert "UNICODE LICENSE V3" in notices and "this copyright and permission notice appear with all copies" in notices
    assert "shall be included in all copies" in notices and "must reproduce the above copyright notice" in notices
    assert "END OF TERMS AND CONDITIONS" in (data.FOLDER / "APACHE-2.0.txt").read_text(encoding="utf-8")


def test_photos_of_227_pixels_are_the_middle_of_the_whole_ones():
    photos = data.photos()
    assert [*photos] == ["chelsea", "coffee", "camera", "astronaut", "rocket", "china", "flower"]
    for name, photo in photos.items():
        assert photo.shape == (3, 227, 227) and 0 <= photo.min() and photo.max() <= 1 and photo.std() > 0.1, name
    np.testing.assert_array_equal(photos["camera"], photos["camera"][:1].repeat(3, axis=0))  # a grey one
    for name in ("china", "flower"):  # Pillow's filter against a plain mean: block by block the same picture
        whole = datasets.load_sample_image(f"{name}.jpg") / 255
        square = whole[: 427 // 7 * 7, 106 : 106 + 427 // 7 * 7]  # 427 pixels are 227, so 61 are about 32.4
        coarse = square.reshape(7, 61, 7, 61, 3).mean(axis=(1, 3)).transpose(2, 0, 1)
        edges = np.round(np.arange(8) * 227 / 7).astype(int)
        ours = [[photos[name][:, a:b, c:d].mean(axis=(1, 2)) for c, d in pairs(edges)] for a, b in pairs(edges)]
        np.testing.assert_allclose(np.moveaxis(ours, 2, 0), coarse, atol=0.02)


def pairs(edges):
    return zip(edges[:-1], edges[1:], strict=True)


def test_clipart_is_drawn_on_white_and_knows_where_it_comes_from():
    art = data.clipart()
    assert art.X.shape == (471, 3, 48, 48) and art.X.dtype == np.float32 and art.X.min() == 0 and art.X.max() == 1
    assert dict(zip(art.class_names, np.bincount(art.y), strict=True)) == {
        "mammal": 109, "bird": 47, "bug": 49, "fruit": 84, "dessert": 63, "vehicle": 32, "flower": 28, "clothing": 59,
    }  # fmt: skip
    assert (art.X[:, :, 0, 0] == 1).all(axis=1).mean() > 0.9
    with np.load(data.FOLDER / "clipart8_48px.npz") as raw:
        assert all(path.endswith(".png") for path in raw["files"])


def test_imagenet_has_a_thousand_names():
    names = data.imagenet_classes()
    assert len(names) == 1000 and names[0] == "tench" and names[285] == "Egyptian Mau" and names[967] == "espresso"


def test_weights_are_whole_numbers_times_a_scale_of_their_channel():
    arrays = data.weights("squeezenet11")
    assert sum(array.size for array in arrays.values()) == 1_235_496  # as published for SqueezeNet 1.1
    assert all(array.dtype == np.float32 for array in arrays.values())
    with np.load(data.FOLDER / "squeezenet11_imagenet_int8.npz") as raw:
        kernel, scale = raw["fire5/expand3x3/kernel"], raw["fire5/expand3x3/scale"]
        np.testing.assert_array_equal(arrays["fire5/expand3x3/kernel"][..., 7], kernel[..., 7] * scale[7])
        np.testing.assert_array_equal(arrays["conv1/bias"], raw["conv1/bias"])
    trunk = data.weights("mobilenetv2")
    assert len(trunk) == 195 and trunk["block_12_project/kernel"].shape == (1, 1, 576, 96)
    with pytest.raises(ValueError, match="net must be one of 'squeezenet11', 'mobilenetv2': got 'resnet'"):
        data.weights("resnet")


def test_shakespeare_is_eight_plays():
    text = texts.shakespeare()
    assert len(text) == 1_029_306 and len(set(text)) == 75 and text.startswith("ACT I.\n\nScene I. Elsinore.")
    whose = ("HAMLET", "MACBETH", "ROMEO", "LEAR", "OTHELLO", "PROSPERO", "PUCK", "BRUTUS")
    first = [text.upper().index(f"{name}.") for name in whose]
    assert first == sorted(first)
    for line in ("To be, or not to be", "sound and fury", "wherefore art thou Romeo", "Et tu, Brute"):
        assert line in text


def test_movie_reviews_are_labelled_by_their_ratings():
    sentences, ratings = texts.movie_ratings()
    assert len(sentences) == len(ratings) == 10_605 and ratings.min() >= -4 and ratings.max() <= 4
    assert all(isinstance(text, str) and text.strip() for text in sentences)
    reviews = texts.movie_reviews()
    assert len(reviews.X) == 10_043 and np.bincount(reviews.y).tolist() == [5061, 4982]
    good, bad = (" ".join(reviews.X[reviews.y == label]).lower().split() for label in (1, 0))
    assert good.count("beautiful") > 2 * bad.count("beautiful") and bad.count("boring") > 2 * good.count("boring")
    assert len(texts.movie_reviews(margin=0).X) == (ratings != 0).sum()
    with pytest.raises(ValueError, match="margin must leave sentences of both kinds: got 4, need 0 to 3.8"):
        texts.movie_reviews(margin=4)


def test_names_stand_in_their_language_and_in_no_other():
    """Against the package that they come from."""
    known = {
        language: {name.lower() for names in (locale.territories, locale.languages) for name in names.values()}
        for code, language in texts.LANGUAGES.items()
        for locale in [babel.Locale(code)]
    }
    names = texts.names()
    assert len(names.X) == 4_307 and names.class_names == tuple(texts.LANGUAGES.values())
    for name, label in zip(names.X, names.y, strict=True):
        assert [language for language in known if name in known[language]] == [names.class_names[label]]


def test_glove_knows_neighbours():
    words, vectors = texts.glove()
    assert len(words) == len(set(words)) == 10_000 and words[:3] == ("the", ",", ".")
    assert vectors.shape == (10_000, 100) and vectors.dtype == np.float32
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    for word, near in (("king", "queen"), ("paris", "france"), ("two", "three")):
        cosine = unit @ unit[words.index(word)]
        assert words.index(near) in np.argsort(-cosine)[:25], word


def test_split_takes_texts():
    X_train, X_test, y_train, y_test = data.split(texts.names(), test_fraction=0.2, seed=1)
    assert {*X_train} | {*X_test} == {*texts.names().X} and len(y_test) == len(X_test) > 800


def test_a_file_that_is_not_here_is_fetched_once(monkeypatch, tmp_path):
    asked = []

    def fetch(file):
        asked.append(file)
        return (FOLDER / file).read_bytes()

    FOLDER = data.FOLDER
    monkeypatch.setattr(data, "FOLDER", tmp_path)
    monkeypatch.setattr(data, "_load", data._load.__wrapped__)  # without what other tests have loaded
    with pytest.raises(FileNotFoundError, match="photos_227"):
        data.photos()
    monkeypatch.setattr(data, "fetch", fetch)
    assert data.photos()["coffee"].shape == data.photos()["rocket"].shape
    assert len(data.imagenet_classes()) == 1000
    assert asked == ["photos_227.npz", "imagenet_classes.json"]


def test_what_a_reader_changes_stays_his():
    data.digits().X[:] = 0
    data.breast_cancer().X[:] = 0
    data.photos()["coffee"][:] = 0
    data.weights("squeezenet11")["conv1/bias"][:] = 0
    texts.glove()[1][:] = 0
    texts.names().X[:] = ""
    assert texts.glove()[1].any() and all(texts.names().X)
    assert data.photos()["coffee"].max() == 1 and data.weights("squeezenet11")["conv1/bias"].any()
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
