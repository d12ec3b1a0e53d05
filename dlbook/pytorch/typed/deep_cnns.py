"""Chapter 15: LeNet-5, AlexNet's convolutions, a block of VGG, of GoogLeNet, of ResNet."""

import torch
import torch.nn.functional as F
from torch import nn


# fmt: off
def architectures_lenet5(x):
    model = nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
        nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10))
    scores = model(x)


def architectures_alexnet(x):
    features = nn.Sequential(
        nn.Conv2d(3, 96, 11, stride=4), nn.ReLU(), nn.MaxPool2d(3, 2),
        nn.Conv2d(96, 256, 5, padding=2, groups=2), nn.ReLU(), nn.MaxPool2d(3, 2),
        nn.Conv2d(256, 384, 3, padding=1), nn.ReLU(),
        nn.Conv2d(384, 384, 3, padding=1, groups=2), nn.ReLU(),
        nn.Conv2d(384, 256, 3, padding=1, groups=2), nn.ReLU(), nn.MaxPool2d(3, 2))
    maps = features(x)


def architectures_vgg(x):
    block = nn.Sequential(
        nn.Conv2d(8, 16, 3, padding=1), nn.ReLU(),
        nn.Conv2d(16, 16, 3, padding=1), nn.ReLU(),
        nn.MaxPool2d(2))
    y = block(x)
# fmt: on


def architectures_googlenet(x):
    a = nn.Sequential(nn.Conv2d(192, 64, 1), nn.ReLU())
    b = nn.Sequential(nn.Conv2d(192, 96, 1), nn.ReLU(), nn.Conv2d(96, 128, 3, padding=1), nn.ReLU())
    c = nn.Sequential(nn.Conv2d(192, 16, 1), nn.ReLU(), nn.Conv2d(16, 32, 5, padding=2), nn.ReLU())
    d = nn.Sequential(nn.MaxPool2d(3, 1, padding=1), nn.Conv2d(192, 32, 1), nn.ReLU())
    y = torch.cat([a(x), b(x), c(x), d(x)], dim=1)


def architectures_resnet(x):
    class Residual(nn.Module):
        def __init__(self, K):
            super().__init__()
            self.conv1, self.bn1 = nn.Conv2d(K, K, 3, padding=1, bias=False), nn.BatchNorm2d(K)
            self.conv2, self.bn2 = nn.Conv2d(K, K, 3, padding=1, bias=False), nn.BatchNorm2d(K)

        def forward(self, x):
            y = F.relu(self.bn1(self.conv1(x)))
            return F.relu(self.bn2(self.conv2(y)) + x)

    block = Residual(8)
    y = block(x)
