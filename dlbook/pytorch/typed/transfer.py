"""Chapter 19: a separable block; a new head on an old trunk; the head trained alone; the top trained with it."""

import torch
import torch.nn.functional as F
from torch import nn


# fmt: off
def architectures_mobilenet(x):
    block = nn.Sequential(
        nn.Conv2d(8, 8, 3, padding=1, groups=8, bias=False), nn.BatchNorm2d(8), nn.ReLU6(),
        nn.Conv2d(8, 16, 1, bias=False), nn.BatchNorm2d(16), nn.ReLU6())
    y = block(x)


def architectures_mobilenet_library(x):
    from keras import Sequential, layers
    block = Sequential([
        layers.DepthwiseConv2D(3, padding="same", use_bias=False),
        layers.BatchNormalization(epsilon=1e-5), layers.ReLU(6),
        layers.Conv2D(16, 1, use_bias=False),
        layers.BatchNormalization(epsilon=1e-5), layers.ReLU(6)])
    y = block(x)
# fmt: on


def transfer(trunk, x):
    head = nn.Linear(6, 3)
    model = nn.Sequential(trunk, nn.AdaptiveAvgPool2d(1), nn.Flatten(), head)
    scores = model(x)


def transfer_library(trunk, x):
    import keras

    inputs = keras.Input((8, 8, 2))
    features = keras.layers.GlobalAveragePooling2D()(trunk(inputs))
    model = keras.Model(inputs, keras.layers.Dense(3, name="head")(features))
    scores = model(x)


def transfer_feature_extraction(trunk, head, x, y):
    for parameter in trunk.parameters():
        parameter.requires_grad = False
    trunk.eval()  # batch norm would go on counting
    optimizer = torch.optim.SGD(head.parameters(), lr=0.1)
    loss = F.cross_entropy(head(trunk(x)), y)
    loss.backward()
    optimizer.step()


def transfer_feature_extraction_library(trunk, head, x, y):
    import keras

    trunk.trainable = False  # batch norm rests, too
    inputs = keras.Input((8, 8, 2))
    model = keras.Model(inputs, head(trunk(inputs)))
    entropy = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.SGD(0.1), entropy)
    model.fit(x, y, batch_size=4, epochs=1, verbose=0)


def transfer_fine_tuning(trunk, head, x, y):
    for parameter in trunk[:3].parameters():
        parameter.requires_grad = False
    trunk.eval()
    top = [{"params": head.parameters()}, {"params": trunk[3:].parameters(), "lr": 0.001}]
    optimizer = torch.optim.SGD(top, lr=0.1)
    loss = F.cross_entropy(head(trunk(x)), y)
    loss.backward()
    optimizer.step()


def transfer_fine_tuning_library(trunk, model, x, y):
    import keras

    trunk.trainable = True
    for layer in trunk.layers[:-3]:
        layer.trainable = False
    trunk.layers[-2].trainable = False  # a batch norm
    entropy = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.SGD(0.001), entropy)  # anew: other variables move now
    model.fit(x, y, batch_size=4, epochs=1, verbose=0)
