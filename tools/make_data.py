"""Make the small data files of dlbook/data again, from scikit-learn's bundled sets, and print their checksums.

python tools/make_data.py            # compare the arrays with what is committed
python tools/make_data.py --write    # write the files (another zlib may give other bytes: renew provenance.toml)

Fashion-MNIST comes from Debian's package dataset-fashion-mnist: name its folder with its idx files to make it, too:
python tools/make_data.py --fashion /usr/share/datasets/fashion-mnist

Of the photos of 227×227 pixels five come with scikit-image, which the book does not install: name the folder of its
images, `skimage/data` inside its wheel, to make them, too: python tools/make_data.py --photos FOLDER
The three texts come from a folder with them as .txt.gz and .tsv.gz: python tools/make_data.py --texts FOLDER
"""

import argparse
import gzip
import hashlib
import io
import zipfile
from pathlib import Path

import numpy as np
from PIL import Image
from sklearn import datasets

FOLDER = Path(__file__).parents[1] / "dlbook" / "data"


def breast_cancer() -> dict[str, np.ndarray]:
    """569 cases, 30 measurements; scikit-learn codes malignant as 0, the book codes it as 1: the class looked for."""
    bunch = datasets.load_breast_cancer()
    return {
        "X": bunch.data,
        "y": (bunch.target == 0).astype(np.int64),
        "feature_names": bunch.feature_names.astype("U"),
        "class_names": np.array(["benign", "malignant"]),
    }


def digits() -> dict[str, np.ndarray]:
    """1,797 handwritten digits of 8×8 pixels with 17 grey levels."""
    bunch = datasets.load_digits()
    return {"X": bunch.data.astype(np.uint8), "y": bunch.target.astype(np.int64)}


CROPS = {"china": (20, 40), "flower": (55, 145)}  # the row and the column of the photo where its square begins


def photos(side=320, shrink=2) -> dict[str, np.ndarray]:
    """A square of each of scikit-learn's two photos, every 2×2 pixels averaged: 160×160 pixels in colour."""
    arrays = {}
    for name, (top, left) in CROPS.items():
        square = datasets.load_sample_image(f"{name}.jpg")[top : top + side, left : left + side].astype(float)
        blocks = square.reshape(side // shrink, shrink, side // shrink, shrink, 3)
        arrays[name] = blocks.mean(axis=(1, 3)).round().astype(np.uint8)
    return arrays


def fashion_mnist(folder: Path, counts=(("train", 1000), ("t10k", 200))) -> dict[str, np.ndarray]:
    """10,000 + 2,000 images of 28×28 pixels: so many of each class, drawn with a fixed seed from each part."""
    rng, arrays = np.random.default_rng(0), {}
    for (part, count), name in zip(counts, ("train", "test"), strict=True):
        X, y = idx(folder / f"{part}-images-idx3-ubyte"), idx(folder / f"{part}-labels-idx1-ubyte")
        chosen = np.concatenate([rng.choice(np.flatnonzero(y == label), count, replace=False) for label in range(10)])
        chosen = rng.permutation(chosen)
        arrays |= {f"X_{name}": X[chosen].reshape(len(chosen), -1), f"y_{name}": y[chosen]}
    names = ("T-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot")
    return arrays | {"class_names": np.array(names)}


def idx(path: Path) -> np.ndarray:
    """An array of bytes in the idx format, compressed or not: two zeros, type, dimensions, sizes, the bytes."""
    raw = path.read_bytes() if path.exists() else gzip.decompress(path.with_name(f"{path.name}.gz").read_bytes())
    sizes = np.frombuffer(raw, ">u4", count=raw[3], offset=4)
    return np.frombuffer(raw, np.uint8, offset=4 + 4 * raw[3]).reshape(sizes)


def photos_227(folder: Path, side: int = 227) -> dict[str, np.ndarray]:
    """Seven photos: the square in the middle of each, (227, 227, 3), made small by Pillow's bicubic filter."""
    sklearn = Path(datasets.__file__).parent / "images"
    files = [folder / f"{name}.png" for name in ("chelsea", "coffee", "camera", "astronaut")]
    files += [folder / "rocket.jpg", sklearn / "china.jpg", sklearn / "flower.jpg"]
    return {file.stem: np.asarray(square(Image.open(file).convert("RGB"), side)) for file in files}


def square(image: Image.Image, side: int) -> Image.Image:
    edge = min(image.size)
    left, top = ((length - edge) // 2 for length in image.size)
    return image.crop((left, top, left + edge, top + edge)).resize((side, side), Image.Resampling.BICUBIC)


TEXTS = ("shakespeare_8plays.txt", "movie_review_snippets.tsv", "names_by_language.tsv")


def text(path: Path) -> dict[str, np.ndarray]:
    """A text as its bytes: some servers unpack a .gz on the way to a page and some do not; an .npz arrives as it is."""
    return {"text": np.frombuffer(gzip.decompress(path.read_bytes()), np.uint8)}


def whole_numbers(weight: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Each row as whole numbers from −127 to 127, and the scale that they are multiplied by: int8 (R, …), (R, 1)."""
    scale = np.abs(weight).max(axis=-1, keepdims=True) / 127
    return np.round(weight / scale).astype(np.int8), scale.astype(np.float32)


def npz_bytes(arrays: dict[str, np.ndarray]) -> bytes:
    """An .npz with fixed dates, so that the same arrays always give the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, array in arrays.items():
            member = io.BytesIO()
            np.lib.format.write_array(member, np.ascontiguousarray(array), allow_pickle=False)
            entry = zipfile.ZipInfo(f"{name}.npy", date_time=(1980, 1, 1, 0, 0, 0))
            archive.writestr(entry, member.getvalue(), zipfile.ZIP_DEFLATED, compresslevel=9)
    return buffer.getvalue()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--fashion", type=Path, help="the folder with Fashion-MNIST's idx files")
    parser.add_argument("--photos", type=Path, help="the folder with scikit-image's photos")
    parser.add_argument("--texts", type=Path, help="the folder with the texts, compressed by gzip")
    args = parser.parse_args()
    made = {"breast_cancer": breast_cancer(), "digits": digits(), "photos": photos()}
    if args.fashion:
        made["fashion_mnist"] = fashion_mnist(args.fashion)
    if args.photos:
        made["photos_227"] = photos_227(args.photos)
    if args.texts:
        made |= {Path(file).stem: text(args.texts / f"{file}.gz") for file in TEXTS}
    same = True
    for file, arrays in made.items():
        path, content = FOLDER / f"{file}.npz", npz_bytes(arrays)
        if args.write:
            path.write_bytes(content)
        with np.load(path) as committed:
            same &= all(np.array_equal(committed[name], array) for name, array in arrays.items())
        print(f"{path.name}  {len(content):,} bytes  sha256 {hashlib.sha256(content).hexdigest()}")
    return 0 if same else 1


if __name__ == "__main__":
    raise SystemExit(main())
