"""Train the translators of number words whose weights lie in dlbook/data/translators_int8.npz, and print the checksum.

python tools/make_translators.py            # trains three nets in about a minute, and writes the file

Seed and steps are those of the first runs in the tables of chapter 25; other processors round otherwise.
"""

import hashlib

import numpy as np
from make_data import FOLDER, npz_bytes, whole_numbers

from dlbook.data.translators import NETS
from dlbook.experiments import attention as lab
from dlbook.experiments.recurrent import weights_of


def stored(nets: dict) -> dict[str, np.ndarray]:
    """The arrays of all nets as "net/part.name", and their scales beside them."""
    found = {}
    for net, translator in nets.items():
        for name, weight in weights_of(translator, "params").items():
            found[f"{net}/{name}"], found[f"{net}/{name}/scale"] = whole_numbers(weight)
    return found


def main() -> None:
    nets = {net: lab.trained(seed=0, target=net[:2], look=net[3:]) for net in NETS}
    content = npz_bytes(stored(nets))
    (FOLDER / "translators_int8.npz").write_bytes(content)
    print(f"translators_int8.npz  {len(content):,} bytes  sha256 {hashlib.sha256(content).hexdigest()}")


if __name__ == "__main__":
    main()
