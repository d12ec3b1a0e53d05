"""Chapter 18: two inputs, a layer for both, and their sum; and the two ways in which Keras declares a model."""

import torch.nn.functional as F
from torch import nn


def models_functional(a, b, y):
    class Adder(nn.Module):
        def __init__(self):
            super().__init__()
            self.tower, self.scores = nn.Linear(2, 3), nn.Linear(3, 3)

        def forward(self, a, b):
            return self.scores(self.tower(a) + self.tower(b))

    model = Adder()
    scores = model(a, b)
    loss = F.cross_entropy(scores, y)
    loss.backward()


def models_functional_library(a, b):
    import keras

    first, second = keras.Input((2,)), keras.Input((2,))
    tower = keras.layers.Dense(3, name="tower")
    total = keras.layers.Add()([tower(first), tower(second)])
    model = keras.Model([first, second], keras.layers.Dense(3, name="scores")(total))
    scores = model([a, b])


def keras_library(x):
    import keras

    hidden, last = keras.layers.Dense(3, activation="relu"), keras.layers.Dense(2)
    row = keras.Sequential([keras.Input((4,)), hidden, last])

    inputs = keras.Input((4,))
    graph = keras.Model(inputs, last(hidden(inputs)))
    scores, same_scores = row(x), graph(x)
