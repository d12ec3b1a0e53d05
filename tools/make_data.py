"""Make the small data files of dlbook/data again, from scikit-learn's bundled sets, and print their checksums.

python tools/make_data.py            # compare the arrays with what is committed
python tools/make_data.py --write    # write the files (another zlib may give other bytes: renew provenance.toml)
"""

import hashlib
import io
import sys
import zipfile
from pathlib import Path

import numpy as np
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
    same = True
    for make in (breast_cancer, digits):
        path, content = FOLDER / f"{make.__name__}.npz", npz_bytes(make())
        if "--write" in sys.argv:
            path.write_bytes(content)
        with np.load(path) as committed:
            same &= all(np.array_equal(committed[name], array) for name, array in make().items())
        print(f"{path.name}  {len(content):,} bytes  sha256 {hashlib.sha256(content).hexdigest()}")
    return 0 if same else 1


if __name__ == "__main__":
    raise SystemExit(main())
