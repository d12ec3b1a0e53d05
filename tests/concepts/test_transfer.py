"""What the frameworks do when a trunk is taken over: transfer, transfer.feature_extraction, transfer.fine_tuning.

The rooms have no functions of these names. The chapter tells what PyTorch and Keras do, and here each of it happens.
"""

import numpy as np
import pytest
import torch
from torch import nn

from dlbook.pytorch.with_keras import COPY_KEYWORD, keras

pytestmark = pytest.mark.filterwarnings(f"ignore:{COPY_KEYWORD}:DeprecationWarning")
L = keras.layers
rng = np.random.default_rng(0)
X, Y = rng.normal(1, 1, (8, 3)).astype(np.float32), rng.integers(0, 2, 8)


def torch_trunk():
    return nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.ReLU())


def keras_trunk():
    return keras.Sequential([keras.Input((3,)), L.Dense(4, name="fc"), L.BatchNormalization(name="norm"), L.ReLU()])


def statistics(trunk):
    return trunk.get_layer("norm").get_weights()[2].copy()


def compiled(trunk, **call):
    """A head on a trunk, compiled."""
    inputs = keras.Input((3,))
    model = keras.Model(inputs, L.Dense(2)(trunk(inputs, **call)))
    model.compile(keras.optimizers.SGD(0.1), keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    return model


def step(model):
    model.fit(X, Y, batch_size=8, verbose=0)


def test_without_eval_a_frozen_batch_norm_goes_on_counting():
    trunk = torch_trunk()
    for parameter in trunk.parameters():
        parameter.requires_grad = False
    before = {name: value.clone() for name, value in trunk.state_dict().items()}
    trunk.train()(torch.tensor(X))
    moved = {name for name, value in trunk.state_dict().items() if not torch.equal(value, before[name])}
    assert moved == {"1.running_mean", "1.running_var", "1.num_batches_tracked"}
    before = {name: value.clone() for name, value in trunk.state_dict().items()}
    trunk.eval()(torch.tensor(X))
    assert all(torch.equal(value, before[name]) for name, value in trunk.state_dict().items())
    nn.Sequential(trunk, nn.Linear(4, 2)).train()
    assert trunk.training  # and so it wakes up again


def test_in_keras_what_does_not_learn_does_not_count_either():
    trunk = keras_trunk()
    trunk.trainable = False
    before = [array.copy() for array in trunk.get_weights()]
    step(compiled(trunk))
    assert all(np.array_equal(a, b) for a, b in zip(before, trunk.get_weights(), strict=True))


@pytest.mark.parametrize("call", [{}, {"training": False}])
def test_training_false_at_the_call_does_not_hold_in_fit(call):
    """Keras issue 20285: `fit` calls the model in training, and that word reaches every layer of the graph."""
    trunk = keras_trunk()
    before = statistics(trunk)
    model = compiled(trunk, **call)
    step(model)
    assert np.abs(statistics(trunk) - before).max() > 1e-3
    trunk.get_layer("norm").trainable = False
    before, kernel = statistics(trunk), trunk.get_layer("fc").get_weights()[0].copy()
    model.compile(keras.optimizers.SGD(0.1), model.loss)
    step(model)
    assert np.array_equal(statistics(trunk), before)
    assert np.abs(trunk.get_layer("fc").get_weights()[0] - kernel).max() > 1e-6  # the rest goes on learning


def test_keras_stops_where_a_model_was_not_compiled_anew():
    trunk = keras_trunk()
    trunk.trainable = False
    model = compiled(trunk)
    step(model)
    trunk.trainable = True
    with pytest.raises(ValueError, match="Unknown variable"):
        step(model)
    model.compile(keras.optimizers.SGD(0.1), model.loss)
    step(model)
