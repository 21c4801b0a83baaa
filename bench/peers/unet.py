"""The U-Net that srbatch trains (scale 1), in PyTorch."""
import torch
import torch.nn as nn
import torch.nn.functional as F


def convolutions(channels, features):
    return nn.ModuleList([nn.Conv2d(c, features, 3, padding=1) for c in (channels, features, features)])


def run(layers, x):
    for layer in layers:
        x = F.leaky_relu(layer(x), 0.1)
    return x


class UNet(nn.Module):
    def __init__(self, f):
        super().__init__()
        self.down = nn.ModuleList([convolutions(c, o) for c, o in ((1, f), (f, 2 * f), (2 * f, 4 * f), (4 * f, 8 * f))])
        self.bottom = nn.Conv2d(8 * f, 8 * f, 3, padding=1)
        self.up = nn.ModuleList([convolutions(c, o) for c, o in ((16 * f, 4 * f), (8 * f, 2 * f), (4 * f, f), (2 * f, f))])
        self.last = nn.Conv2d(f, 1, 3, padding=1)

    def forward(self, x):
        skips = []
        for level, layers in enumerate(self.down):
            x = F.avg_pool2d(x, 2) if level else x
            h = run(layers, x)
            x = h + F.pad(x, (0, 0, 0, 0, 0, h.shape[1] - x.shape[1]))
            skips.append(x)
        x = F.leaky_relu(self.bottom(F.avg_pool2d(x, 2)), 0.1)
        for layers, skip in zip(self.up, reversed(skips)):
            x = run(layers, torch.cat([F.interpolate(x, scale_factor=2.0, mode="bilinear", align_corners=False), skip], 1))
        return self.last(x)
