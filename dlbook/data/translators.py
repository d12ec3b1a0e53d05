"""What small translators of number words have learned; `tools/make_translators.py` makes it."""

import numpy as np

from dlbook import data

NETS = ("fr_none", "fr_dot", "de_dot")


def translator_weights(net: str) -> dict[str, np.ndarray]:
    """The weights of a translator from English by name, float32: "fr_none", "fr_dot" or "de_dot".

    Stored as whole numbers from −127 to 127 with a scale for each row, and multiplied here.
    """
    if net not in NETS:
        raise ValueError(f"net must be one of {', '.join(map(repr, NETS))}: got {net!r}")
    raw = data._load("translators_int8")
    names = [name for name in raw if name.startswith(f"{net}/") and not name.endswith("/scale")]
    return {name.removeprefix(f"{net}/"): raw[name] * raw[f"{name}/scale"].astype(np.float32) for name in names}
