"""What a small Transformer has learned of numbers in English and French; `tools/make_transformer.py` makes it."""

import numpy as np

from dlbook import data


def transformer_weights() -> dict[str, np.ndarray]:
    """The weights by name, float32; stored as whole numbers from −127 to 127 with a scale for each row."""
    raw = data._load("transformer_int8")
    names = [name for name in raw if not name.endswith("/scale")]
    return {name: raw[name].astype(np.float32) * raw.get(f"{name}/scale", np.float32(1)) for name in names}
