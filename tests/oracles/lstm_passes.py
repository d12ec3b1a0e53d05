"""Chapter 21's way back: the same steps in torch, autograd for every derivative, and torch's own LSTM for the whole."""

import numpy as np
import torch
from arithmetic import check_line

from dlbook.experiments import lstm_passes as net

RTOL = 1e-12
NAMES = [line.split(" = ")[0] for line, _, _ in net.LINES]
SQUASH = {"i": torch.sigmoid, "f": torch.sigmoid, "g": torch.tanh, "o": torch.sigmoid}


def weights(bias) -> dict[str, np.ndarray]:
    arrays = {
        f"{kind}{k}": np.array(own[k], float)
        for kind, own in (("U", net.U), ("W", net.W), ("b", net.B))
        for k in "ifgo"
    }
    return arrays | {"bf": np.array(net.B["f"]) + bias}


def everything(bias) -> dict[str, np.ndarray]:
    """Every array by its name in the code; dX of a gate X is the derivative by what goes into its σ or tanh."""
    leaf = lambda a: torch.tensor(np.array(a, dtype=float), requires_grad=True)
    known = {name: leaf(array) for name, array in weights(bias).items()}
    found = known | {"V": leaf(net.V), "goal": torch.tensor([[net.GOAL]]).double()}
    found |= {"h0": torch.zeros(1, 2).double(), "c0": torch.zeros(1, 2).double()}
    Wf, z = [known["Wf"].detach().clone().requires_grad_() for _ in range(net.T)], {}  # one for each step
    for t, value in enumerate(net.X, start=1):
        found[f"x{t}"] = torch.tensor([[value]], dtype=torch.float64)
        for k in "ifgo":
            W = Wf[t - 1] if k == "f" else known[f"W{k}"]
            z[f"d{k}{t}"] = found[f"x{t}"] @ known[f"U{k}"].T + found[f"h{t - 1}"] @ W.T + known[f"b{k}"]
            found[f"{k}{t}"] = SQUASH[k](z[f"d{k}{t}"])
        found[f"c{t}"] = torch.addcmul(found[f"f{t}"] * found[f"c{t - 1}"], found[f"i{t}"], found[f"g{t}"])
        found[f"h{t}"] = found[f"o{t}"] * torch.tanh(found[f"c{t}"])
    found["y"] = found[f"h{net.T}"] @ found["V"].T
    found["L"] = torch.nn.functional.mse_loss(found["y"], found["goal"]) / 2
    asked = z | {f"d{name}": found[name] for name in [*(f"{s}{t}" for s in "hc" for t in range(1, net.T + 1)), "y"]}
    grads = torch.autograd.grad(found["L"], [*asked.values(), *Wf])
    arrays = {name: value.detach().numpy() for name, value in found.items()}
    arrays |= {name: grad.numpy() for name, grad in zip(asked, grads, strict=False)}
    own = np.stack([grad.numpy() for grad in grads[-net.T :]])
    return arrays | {f"dWf{t}": own[t - 1 :].sum(axis=0) for t in range(1, net.T + 1)}


def by_torch(bias) -> tuple[float, np.ndarray]:
    """The loss and ∂L/∂W of the forget gate, of torch.nn.LSTM."""
    lstm, arrays = torch.nn.LSTM(1, 2).double(), weights(bias)
    stacked = {kind: torch.tensor(np.concatenate([arrays[f"{kind}{k}"] for k in "ifgo"])) for kind in "UWb"}
    lstm.load_state_dict({
        "weight_ih_l0": stacked["U"], "weight_hh_l0": stacked["W"],
        "bias_ih_l0": stacked["b"], "bias_hh_l0": torch.zeros(8),
    })  # fmt: skip
    _, (h_n, _) = lstm(torch.tensor(net.X, dtype=torch.float64).reshape(net.T, 1, 1))
    loss = ((h_n[0] @ torch.tensor(net.V, dtype=torch.float64).T - net.GOAL) ** 2).sum() / 2
    loss.backward()
    return loss.item(), lstm.weight_hh_l0.grad.numpy()[2:4]


def oracle(step, bias, unit):
    arrays, (loss, weight_grad) = everything(bias), by_torch(bias)
    np.testing.assert_allclose(arrays["dWf1"], weight_grad, rtol=1e-10)
    length = {k: np.linalg.norm(arrays[f"dc{k}"]) for k in (1, net.T)}
    return {"t": int(step), "loss": loss, "left": length[1] / length[net.T]}


def scratch(step, bias, unit):
    return {"loss": net.cell_pass(bias).names["L"]}


def check_drawing(shown, values):
    """Tables and map against torch's arrays; the explanation, worked out, gives the number that is lit."""
    t, arrays = int(values["step"]), everything(values["bias"])
    check_line(shown, arrays, net.LINES[t - 1][0], int(values["unit"]))
    there = lambda key: key in NAMES[:t]
    for row, key in enumerate(("c", "f", "dc")):
        known = [np.ravel(arrays[f"{key}{k}"]) if there(f"{key}{k}") else [np.nan] * 2 for k in range(1, net.T + 1)]
        np.testing.assert_allclose(shown["cells"][2 * row : 2 * row + 2], np.transpose(known), rtol=1e-10, atol=1e-14)
