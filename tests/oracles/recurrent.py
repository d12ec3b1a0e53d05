"""Chapter 20: torch's own recurrent net takes the same eight steps, and autograd goes back through them."""

import numpy as np
import torch
from arithmetic import check_line

from dlbook.experiments import recurrent_passes as net

RTOL = 1e-12
NAMES = [line.split(" = ")[0] for line, _, _ in net.LINES]


def everything(size) -> dict[str, np.ndarray]:
    """Every array of the pass by its name in the code: torch steps along, and is asked for the gradient of each."""
    leaf = lambda a: torch.tensor(np.array(a, dtype=float), requires_grad=True)
    Wx, Wh, b, V, goal = leaf(net.WX), leaf(size * net.WH), leaf(net.B), leaf(net.V), torch.tensor([[net.GOAL]])
    found = {"Wx": Wx, "Wh": Wh, "b": b, "V": V, "goal": goal, "h0": torch.zeros(1, 3, dtype=torch.float64)}
    weights = [Wh.detach().clone().requires_grad_() for _ in range(net.T)]  # one for each step
    for t, value in enumerate(net.X, start=1):
        found[f"x{t}"] = torch.tensor([[float(value)]])
        found[f"z{t}"] = (
            torch.nn.functional.linear(found[f"x{t}"].double(), Wx, b) + found[f"h{t - 1}"] @ weights[t - 1].T
        )
        found[f"h{t}"] = torch.tanh(found[f"z{t}"])
    found["y"] = found[f"h{net.T}"] @ V.T
    found["L"] = torch.nn.functional.mse_loss(found["y"], goal.double()) / 2
    asked = [name for name in found if name[0] in "zh" and name != "h0"] + ["y"]
    grads = torch.autograd.grad(found["L"], [found[name] for name in asked] + weights)
    found |= {f"d{name}": grad for name, grad in zip(asked, grads, strict=False)}
    own = np.stack([grad.numpy() for grad in grads[-net.T :]])
    arrays = {name: tensor.detach().numpy() for name, tensor in found.items()}
    return arrays | {f"dW{t}": own[t - 1 :].sum(axis=0) for t in range(1, net.T + 1)}


def by_torch(size) -> tuple[float, np.ndarray]:
    """The loss and ∂L/∂W_hh of torch.nn.RNN."""
    rnn = torch.nn.RNN(1, 3).double()
    rnn.load_state_dict({
        "weight_ih_l0": torch.tensor(net.WX), "weight_hh_l0": torch.tensor(size * net.WH),
        "bias_ih_l0": torch.tensor(net.B), "bias_hh_l0": torch.zeros(3),
    })  # fmt: skip
    _, last = rnn(torch.tensor(net.X, dtype=torch.float64).reshape(net.T, 1, 1))
    loss = ((last[0] @ torch.tensor(net.V).T - net.GOAL) ** 2).sum() / 2
    loss.backward()
    return loss.item(), rnn.weight_hh_l0.grad.numpy()


def oracle(step, size, unit):
    arrays = everything(size)
    loss, weight_grad = by_torch(size)
    np.testing.assert_allclose(arrays["dW1"], weight_grad, rtol=RTOL)
    length = {k: np.linalg.norm(arrays[f"dh{k}"]) for k in (1, net.T)}
    return {"t": int(step), "loss": loss, "left": length[1] / length[net.T]}


def scratch(step, size, unit):
    return {"loss": net.unrolled_pass(size).names["L"]}


def check_drawing(shown, values):
    """Tables, net and both maps against torch's arrays; the explanation, worked out, gives the number that is lit."""
    t, arrays = int(values["step"]), everything(values["size"])
    check_line(shown, arrays, net.LINES[t - 1][0], int(values["unit"]))
    there = lambda key: key in NAMES[:t]
    for key, rows in (("h", shown["both"][:3]), ("dh", shown["both"][3:])):
        known = [np.ravel(arrays[f"{key}{k}"]) if there(f"{key}{k}") else [np.nan] * 3 for k in range(1, net.T + 1)]
        np.testing.assert_allclose(rows, np.transpose(known), rtol=1e-10, atol=1e-14)
    check_net(shown, arrays, there, NAMES[t - 1])


def check_net(shown, arrays, there, name):
    """Inputs stand from the start, the answer once its line has run; what the line makes, or passes, is lit."""
    places = [f"h{k}" for k in range(1, net.T + 1)] + ["y"]
    answer = arrays["y"].item() if there("y") else np.nan
    np.testing.assert_allclose(shown["node_values"], [*net.X, *[np.nan] * (net.T + 1), answer], rtol=1e-10)
    now = {p for p in places if name in (p, f"d{p}") or p != "y" and name in (f"z{p[1:]}", f"dz{p[1:]}")}
    assert [p for p, lit in zip(places, shown["node_lit"][net.T + 1 :], strict=True) if lit == 2] == sorted(now)
    lines = {f"z{k}": [k - 1, net.T + k - 1] for k in range(1, net.T + 1)} | {"y": [2 * net.T]}
    lines |= {f"dh{k}": [net.T + k] for k in range(1, net.T)} | {f"dh{net.T}": [2 * net.T]}
    assert np.flatnonzero(shown["edge_lit"]).tolist() == lines.get(name, [])
