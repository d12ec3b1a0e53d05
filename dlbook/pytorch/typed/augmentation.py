"""Chapter 17: a batch of images `x` (N, C, H, W), and what one types where torchvision is not at hand."""

import torch
import torch.nn.functional as F


def augmentation_horizontal_flip(x):
    draw = torch.rand(len(x))
    y = torch.where((draw < 0.5)[:, None, None, None], x.flip(3), x)


def augmentation_crop(x):
    padded = F.pad(x, (4, 4, 4, 4))
    top, left = torch.randint(0, 9, (2, len(x))).tolist()
    starts = zip(padded, top, left, strict=True)
    y = torch.stack([image[:, i : i + 28, j : j + 28] for image, i, j in starts])


def augmentation_bilinear(x, i, j):
    H, W = x.shape[2:]
    # torch counts from −1 to 1, from edge to edge, and columns come first
    grid = torch.stack([(2 * j + 1) / W - 1, (2 * i + 1) / H - 1], dim=3)
    y = F.grid_sample(x, grid, align_corners=False)


def augmentation_affine(x, theta):
    grid = F.affine_grid(theta, x.shape, align_corners=False)
    y = F.grid_sample(x, grid, align_corners=False)


def augmentation_rotate(x):
    angle = torch.deg2rad(torch.empty(len(x)).uniform_(-15, 15))
    cos, sin, zero = angle.cos(), angle.sin(), torch.zeros(len(x))
    theta = torch.stack([cos, -sin, zero, sin, cos, zero], dim=1).view(-1, 2, 3)  # square images
    y = F.grid_sample(x, F.affine_grid(theta, x.shape, align_corners=False), align_corners=False)


def augmentation_translate(x):
    tx, ty = torch.empty(2, len(x)).uniform_(-0.1, 0.1)  # 1 is half of the image
    one, zero = torch.ones(len(x)), torch.zeros(len(x))
    theta = torch.stack([one, zero, -tx, zero, one, -ty], dim=1).view(-1, 2, 3)
    y = F.grid_sample(x, F.affine_grid(theta, x.shape, align_corners=False), align_corners=False)


def augmentation_zoom(x):
    scale = torch.empty(len(x)).uniform_(0.9, 1.1)
    theta = torch.zeros(len(x), 2, 3)
    theta[:, 0, 0] = theta[:, 1, 1] = 1 / scale
    y = F.grid_sample(x, F.affine_grid(theta, x.shape, align_corners=False), align_corners=False)


def augmentation_adjust_brightness(x):
    factor = torch.empty(len(x), 1, 1, 1).uniform_(0.7, 1.3)
    y = (factor * x).clamp(0, 1)


def augmentation_adjust_contrast(x):
    factor = torch.empty(len(x), 1, 1, 1).uniform_(0.7, 1.3)
    mean = x.mean(dim=(1, 2, 3), keepdim=True)  # of grey images
    y = torch.lerp(mean, x, factor).clamp(0, 1)  # mean + factor (x − mean)


def augmentation_gaussian_noise(x):
    draw = torch.randn_like(x)
    y = x + 0.1 * draw


def augmentation_cutout(x):
    row, column = torch.randint(0, 28, (2, len(x), 1, 1, 1))
    i, j = torch.arange(28)[:, None], torch.arange(28)
    inside = (i >= row - 4) & (i < row + 4) & (j >= column - 4) & (j < column + 4)
    y = x.masked_fill(inside, 0)


def augmentation_mixup(model, x, labels):
    lam = torch.distributions.Beta(0.2, 0.2).sample()
    partner = torch.randperm(len(x))
    mixed = lam * x + (1 - lam) * x[partner]
    y = F.one_hot(labels, 10).to(x)
    soft = lam * y + (1 - lam) * y[partner]
    loss = F.cross_entropy(model(mixed), soft)


def augmentation_cutmix(x, y, lam, row, column):
    partner, side = torch.randperm(len(x)), int((1 - lam) ** 0.5 * 28)
    i, j = torch.arange(28)[:, None], torch.arange(28)
    top, left = row - side // 2, column - side // 2
    inside = (i >= top) & (i < top + side) & (j >= left) & (j < left + side)
    mixed = torch.where(inside, x[partner], x)
    share = 1 - inside.to(x).mean()  # what is left of the first
    soft = share * y + (1 - share) * y[partner]
