"""Train the net of chapter 24's long run: `python tools/make_shakespeare.py`, four minutes.

It writes dlbook/data/shakespeare_lstm_int8.npz. With `--ends` it trains six more nets, on the graphics card if there
is one, and puts where they end into the file that is there.

A seed and a number of steps are fixed, so the same machine gives the same weights; other processors round otherwise.
"""

import argparse
import hashlib
import time
from contextlib import nullcontext

import numpy as np
import torch  # noqa: TID251 (what it makes, the page reads without torch)
from make_data import FOLDER, npz_bytes, whole_numbers
from torch import nn  # noqa: TID251

from dlbook.data import texts


def shakespeare_lstm(hidden=256, streams=32, window=64, steps=7600, lr=0.004, seed=0) -> dict[str, np.ndarray]:
    """An LSTM that says after each character which comes next, from the first 95 % of eight plays.

    The text lies in `streams` pieces side by side; the state goes on from window to window, the gradient does not.
    `log` holds step, seconds of one processor and bits per character on the last 5 %, which it does not learn from.
    """
    torch.manual_seed(seed)
    torch.set_num_threads(1)
    text = texts.shakespeare()
    characters = sorted(set(text))
    ids = torch.tensor([characters.index(c) for c in text])
    border = int(0.95 * len(ids))
    known, unseen = in_pieces(ids[:border], streams), in_pieces(ids[border - 1 :], 16)
    lstm, out = nn.LSTM(len(characters), hidden), nn.Linear(hidden, len(characters))
    with torch.no_grad():
        lstm.bias_ih_l0[hidden : 2 * hidden] = 1.0  # the forget gate starts open
    optimizer = torch.optim.Adam([*lstm.parameters(), *out.parameters()], lr=lr)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    log, state, seconds, start = [], None, 0.0, 0
    for step in range(steps + 1):
        if step in (0, 25, 50, 100, 200, 300, 400) or step % 500 == 0 or step == steps:
            log.append((step, seconds, bits(lstm, out, unseen)))
            print("step {}, {:.0f} s, {:.3f} bits".format(*log[-1]), flush=True)
        began = time.process_time()
        if start + window >= len(known):
            state, start = None, step % window  # the text begins again, cut elsewhere
        x, y = known[start : start + window], known[start + 1 : start + window + 1]
        output, state = lstm(one_hot(x, characters), state)
        state = [part.detach() for part in state]
        loss = nn.functional.cross_entropy(out(output).flatten(0, 1), y.flatten())
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_([*lstm.parameters(), *out.parameters()], 1.0)
        optimizer.step()
        schedule.step()
        start += window
        seconds += time.process_time() - began
    return stored(lstm, out) | {"characters": np.array("".join(characters)), "log": np.array(log)}


def one_hot(ids, characters):
    return nn.functional.one_hot(ids, len(characters)).float()


def in_pieces(ids, pieces):
    """As many pieces side by side, of equal length: (T, pieces)."""
    T = len(ids) // pieces
    return ids[: T * pieces].view(pieces, T).T


@torch.no_grad()
def bits(lstm, out, ids) -> float:
    """Bits per character of all but the first of each piece (T, pieces)."""
    characters = range(out.out_features)
    scores = out(lstm(one_hot(ids[:-1], characters))[0])
    return nn.functional.cross_entropy(scores.flatten(0, 1), ids[1:].flatten()).item() / np.log(2)


def stored(lstm, out) -> dict[str, np.ndarray]:
    """The matrices as whole numbers with a scale a row; the two biases of the LSTM, which act as their sum, as one."""
    arrays = {f"rnn.{name}": weight for name, weight in lstm.state_dict().items()}
    arrays |= {f"out.{name}": weight for name, weight in out.state_dict().items()}
    arrays = {name: weight.cpu().numpy() for name, weight in arrays.items()}
    arrays["rnn.bias_ih_l0"] = arrays["rnn.bias_ih_l0"] + arrays["rnn.bias_hh_l0"]
    arrays["rnn.bias_hh_l0"] = np.zeros_like(arrays["rnn.bias_hh_l0"])
    found = {name: array for name, array in arrays.items() if array.ndim == 1}
    for name, array in arrays.items():
        if array.ndim == 2:
            found[name], found[f"{name}/scale"] = whole_numbers(array)
    return found


def ends(seeds=range(6)) -> np.ndarray:
    """Bits per character after the last step, a net for each seed; a graphics card draws otherwise than a processor."""
    torch.backends.cudnn.allow_tf32 = False
    torch.set_default_device("cuda" if torch.cuda.is_available() else "cpu")
    return np.array([shakespeare_lstm(seed=seed)["log"][-1, 2] for seed in seeds])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ends", action="store_true", help="train six more nets, and keep where they end")
    file = FOLDER / "shakespeare_lstm_int8.npz"
    made = {"ends": ends()} if parser.parse_args().ends else shakespeare_lstm()
    with np.load(file) if file.exists() else nullcontext({}) as kept:
        content = npz_bytes(dict(kept) | made)
    file.write_bytes(content)
    print(f"{file.name}  {len(content):,} bytes  sha256 {hashlib.sha256(content).hexdigest()}")


if __name__ == "__main__":
    main()
