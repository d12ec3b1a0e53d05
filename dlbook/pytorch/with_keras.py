"""Keras 3 on the torch backend: the one place that starts it, and the way of the weights there and back.

Whatever of the book uses Keras takes it from here: `from dlbook.pytorch.with_keras import keras`. A chapter that does
not name this module never loads it.
"""

import os
import warnings
from pathlib import Path

import numpy as np

from dlbook._validate import wrong

# All are read when Keras is imported, and here they hold for a kernel, a test and a command of the Makefile alike.
os.environ["KERAS_BACKEND"] = "torch"  # else it asks for TensorFlow
os.environ["KERAS_TORCH_DEVICE"] = "cpu"  # a graphics card rounds coarsely, or has no float64: too far from NumPy
# Else it writes its settings into the reader's home, and reads there what another project has left.
CHECKOUT = Path(__file__).resolve().parents[2]
CACHE = CHECKOUT / ".cache" if (CHECKOUT / "pyproject.toml").exists() else Path.home() / ".cache" / "dlbook"
os.environ.setdefault("KERAS_HOME", str(CACHE / "keras"))

# Keras asks NumPy for a tensor's numbers without a copy, and torch's __array__ does not know that word yet. The numbers
# are right; only a later NumPy will refuse. Tests, which treat warnings as errors, name this filter by its name.
COPY_KEYWORD = "__array__ implementation doesn't accept a copy keyword"
warnings.filterwarnings("ignore", COPY_KEYWORD, DeprecationWarning)

import keras  # noqa: E402

AXES = {  # of Keras' kernel, in the order in which PyTorch has them
    "Dense": (1, 0),
    "Conv1D": (2, 1, 0),
    "Conv2D": (3, 2, 0, 1),
    "DepthwiseConv2D": (2, 3, 0, 1),
}
NAMES = {"kernel": "weight", "gamma": "weight", "beta": "bias", "moving_mean": "running_mean"}
NAMES |= {"moving_variance": "running_var", "bias": "bias", "embeddings": "weight"}
RECURRENT = ("SimpleRNN", "LSTM", "GRU")


def to_keras(state, model):
    """Give a Keras model the arrays of a `state_dict`, NumPy's or PyTorch's, and return it.

    A layer finds its arrays by its name; where that has dots in PyTorch, `block.conv`, Keras has a model inside a model
    or an underscore, for a dot may not stand in its names. Kernels are turned (OIHW to HWIO), and what follows a
    flattened image is sorted anew, because PyTorch flattens channels first and Keras last. Of a recurrent layer the
    blocks of the gates are put into Keras' order, and where it has one bias, that is the sum of PyTorch's two.
    """
    places = _places(model)
    names = {_key(name): name for name in state if not name.endswith("num_batches_tracked")}
    _check_names(places, names)
    for key, (layer, variable) in places.items():
        array = np.asarray(state[names[key]])
        expected = _to_torch(layer, variable).shape
        if array.shape != expected:
            raise wrong(f"state[{names[key]!r}]", "fit the model", f"shape {array.shape}", f"shape {expected}")
        variable.assign(_to_keras(layer, variable, array))
    return model


def from_keras(model, names):
    """The arrays of a Keras model as a `state_dict` with these names, as PyTorch has them: the way back.

    Keras does not count the batches that a batch norm has seen: `num_batches_tracked` is 0, which counts only where
    PyTorch's momentum is None. Where a recurrent layer has one bias, that is `bias_ih`, and `bias_hh` is 0.
    """
    places = _places(model)
    counted = [name for name in names if name.endswith("num_batches_tracked")]
    _check_names(places, {_key(name): name for name in names if name not in counted})
    found = {name: np.array(0) for name in counted}
    found |= {name: _to_torch(*places[_key(name)]) for name in names if name not in counted}
    return {name: found[name] for name in names}


def _key(name: str) -> str:
    return name.replace(".", "_")


def _check_names(places, names) -> None:
    if odd := sorted(places.keys() ^ names.keys()):
        need = ", ".join(places)
        raise wrong("state", "hold the names of this model", f"a difference in {', '.join(odd)}", need)


def _places(model, prefix: str = "") -> dict:
    """Every variable of a model and of the models in it, with its layer, by name; of a shared layer once."""
    found = {}
    for layer in model.layers:
        kind = type(layer).__name__
        if isinstance(layer, keras.Model):
            found |= _places(layer, f"{prefix}{layer.name}_")
        elif kind == "Bidirectional":
            for inner, end in ((layer.forward_layer, ""), (layer.backward_layer, "_reverse")):
                found |= _recurrent(inner, f"{prefix}{layer.name}_", end)
        elif kind in RECURRENT:
            found |= _recurrent(layer, f"{prefix}{layer.name}_")
        elif layer.weights:
            arrays = [variable for variable in layer.weights if variable.name in NAMES]
            found |= {f"{prefix}{layer.name}_{NAMES[variable.name]}": (layer, variable) for variable in arrays}
    return found


class _Gates:
    """What an array of a recurrent layer in PyTorch is in Keras: turned, in its order of the gates, or a part of it."""

    def __init__(self, cell, kind):
        self.cell, self.kind, self.name = cell, kind, kind

    def read(self) -> np.ndarray:
        if not self.kind.startswith("bias"):
            variable = self.cell.kernel if self.kind == "weight_ih" else self.cell.recurrent_kernel
            return _gates(self.cell, keras.ops.convert_to_numpy(variable).T).copy()
        bias = keras.ops.convert_to_numpy(self.cell.bias)
        both = bias if bias.ndim == 2 else np.stack((bias, np.zeros_like(bias)))  # only a GRU may have two
        return _gates(self.cell, both[int(self.kind == "bias_hh")]).copy()

    def assign(self, array) -> None:
        """`bias_hh` comes after `bias_ih`, and is added to it where there is one bias."""
        array = _gates(self.cell, array)
        if not self.kind.startswith("bias"):
            variable = self.cell.kernel if self.kind == "weight_ih" else self.cell.recurrent_kernel
            return variable.assign(array.T)
        bias = keras.ops.convert_to_numpy(self.cell.bias).copy()
        if bias.ndim == 2:
            bias[int(self.kind == "bias_hh")] = array
        else:
            bias = array if self.kind == "bias_ih" else bias + array
        self.cell.bias.assign(bias)


def _gates(cell, array) -> np.ndarray:
    """PyTorch's r, z, n of a GRU as Keras' z, r, h, which is the way back, too; the LSTM has one order in both."""
    if type(cell).__name__ != "GRUCell":
        return array
    first, second, new = np.split(array, 3)
    return np.concatenate((second, first, new))


def _recurrent(layer, prefix: str, end: str = "") -> dict:
    kinds = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")[: 4 if layer.cell.use_bias else 2]
    return {f"{prefix}{kind}_l0{end}": (layer, _Gates(layer.cell, kind)) for kind in kinds}


def _to_torch(layer, variable) -> np.ndarray:
    if isinstance(variable, _Gates):
        return variable.read()
    array = keras.ops.convert_to_numpy(variable)
    if (order := _lines(layer, variable)) is not None:
        array = array[np.argsort(order)]
    if variable.name != "kernel":
        return array.copy()
    array = array.transpose(_axes(layer))
    if type(layer).__name__ == "DepthwiseConv2D":
        array = array.reshape(-1, 1, *array.shape[2:])  # (C, M, KH, KW) -> (C·M, 1, KH, KW), as groups=C has it
    return array.copy()


def _to_keras(layer, variable, array: np.ndarray) -> np.ndarray:
    if isinstance(variable, _Gates):
        return array
    if variable.name == "kernel":
        axes = _axes(layer)
        array = array.reshape([variable.shape[axis] for axis in axes]).transpose(np.argsort(axes))
    order = _lines(layer, variable)
    return array if order is None else array[order]


def _axes(layer) -> tuple[int, ...]:
    kind = type(layer).__name__
    if kind not in AXES:
        raise wrong("model", "have layers whose weights can be moved", f"a {kind}", ", ".join(AXES))
    return AXES[kind]


def _lines(layer, variable) -> np.ndarray | None:
    """For what has a number for each number of a flat input: where PyTorch has each of them."""
    per_input = (type(layer).__name__, variable.name == "kernel") in (("Dense", True), ("BatchNormalization", False))
    source = layer._inbound_nodes[0].input_tensors[0]  # of a shared layer all inputs have one order
    return _order(source) if per_input and len(source.shape) == 2 else None


def _order(flat) -> np.ndarray:
    """The places that PyTorch gives to the numbers of a flat tensor of Keras: an image comes channels last here."""
    layer, node, which = flat._keras_history  # the layer, which of its calls, and which output of that
    kind, size = type(layer).__name__, flat.shape[-1]
    inputs = layer._inbound_nodes[node].input_tensors
    if isinstance(layer, keras.Model):
        return _order(layer.outputs[which])
    if kind == "Flatten" and len(inputs[0].shape) > 2:
        *space, channels = inputs[0].shape[1:]
        return np.moveaxis(np.arange(size).reshape(channels, *space), 0, -1).ravel()
    if kind == "Concatenate":
        starts = np.cumsum([0, *(x.shape[-1] for x in inputs[:-1])])
        return np.concatenate([start + _order(x) for start, x in zip(starts, inputs, strict=True)])
    if kind == "Dense" or not inputs or any(x.shape != flat.shape for x in inputs):
        return np.arange(size)
    first, *others = map(_order, inputs)  # number by number: ReLU, Dropout, batch norm, Add
    if any((other != first).any() for other in others):
        got = "a flattened image beside what is none"
        raise wrong("model", "join numbers in one order", got, "a dense layer between flatten and the join")
    return first
