"""Make what chapter 23 keeps of longer runs: train, round, and compare with what is committed.

python tools/make_sentiment.py            # compare the arrays with those in dlbook/data
python tools/make_sentiment.py --write    # write the files (another processor may give other digits)
"""

import argparse
import hashlib
import sys
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from dlbook.experiments import sentiment as lab  # noqa: E402

FOLDER = ROOT / "dlbook" / "data"


def int8(table: np.ndarray) -> dict[str, np.ndarray]:
    """Rows rounded to whole numbers from −63 to 63, with a scale for each."""
    scales = np.maximum(np.abs(table).max(axis=1, keepdims=True) / 63, 1e-6).astype(np.float16)
    return {"vectors": np.round(table / scales.astype(np.float32)).astype(np.int8), "scales": scales}


def thousandths(values) -> np.ndarray:
    """Whole thousandths."""
    return np.round(1000 * np.asarray(values)).astype(np.int32)


def sentiment_words() -> dict[str, np.ndarray]:
    """Chapter 23: the words of split 0, their weights in two bags, and an LSTM. Half a minute."""
    bias, weights = lab.bayes(0)
    mean_weights, mean_bias = lab.as_weights(lab.learn("mean", 0))
    arrays = {"words": np.array("\n".join(lab.split(0).vocabulary))}
    arrays |= {"bayes": thousandths(weights), "bayes_bias": thousandths(bias)}
    arrays |= {"mean": thousandths(mean_weights), "mean_bias": thousandths(mean_bias)}
    for part, layer in lab.learn("LSTM", 0).parts.items():
        for name, array in layer.params.items():
            arrays |= int8(array) if part == "embedding" else {f"state.{part}.{name}": array.astype(np.float16)}
    return arrays


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true")
    path, arrays = FOLDER / "sentiment_words.npz", sentiment_words()
    if parser.parse_args().write:
        np.savez_compressed(path, **arrays)
    with np.load(path) as kept:
        far = {name: np.abs(kept[name] - array).max() for name, array in arrays.items() if array.dtype.kind != "U"}
        same = str(kept["words"]) == str(arrays["words"]) and max(far.values()) == 0
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    print(f"{path.name}: {path.stat().st_size:,} bytes, {'the same' if same else f'other numbers, {far}'}, {digest}")


if __name__ == "__main__":
    main()
