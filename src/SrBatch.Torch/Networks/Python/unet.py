"""The U-Net of Wang et al. 2019 (doi 10.1038/s41592-018-0239-0), with a sub-pixel end for scale 2 and 4."""
import torch
from torch import nn
from torch.nn import functional


def conv3x3(channels, features):
    return nn.Conv2d(channels, features, 3, padding=1)


class DownBlock(nn.Module):
    """Three 3x3 convolutions with LeakyReLU, and a residual: the input, its missing channels zero."""

    def __init__(self, channels, features):
        super().__init__()
        self.conv1 = conv3x3(channels, features)
        self.conv2 = conv3x3(features, features)
        self.conv3 = conv3x3(features, features)
        self.added = features - channels

    def forward(self, x):
        h = functional.leaky_relu(self.conv1(x), 0.1)
        h = functional.leaky_relu(self.conv2(h), 0.1)
        h = functional.leaky_relu(self.conv3(h), 0.1)
        return h + functional.pad(x, (0, 0, 0, 0, 0, self.added))


class UpBlock(nn.Module):
    """Bilinear x2, the skip connection beside it, and three 3x3 convolutions with LeakyReLU."""

    def __init__(self, channels, features):
        super().__init__()
        self.conv1 = conv3x3(channels, features)
        self.conv2 = conv3x3(features, features)
        self.conv3 = conv3x3(features, features)

    def forward(self, deep, skip):
        up = functional.interpolate(deep, scale_factor=2.0, mode="bilinear", align_corners=False)
        h = functional.leaky_relu(self.conv1(torch.cat([up, skip], 1)), 0.1)
        h = functional.leaky_relu(self.conv2(h), 0.1)
        return functional.leaky_relu(self.conv3(h), 0.1)


class UNet(nn.Module):
    """Images (B, 1, H, W), H and W multiples of `stride`, to images (B, 1, scale H, scale W)."""

    stride = 16
    receptive_field = 137  # input pixels to each side that one output pixel depends on

    def __init__(self, features, scale):
        super().__init__()
        self.scale = scale
        self.down1 = DownBlock(1, features)
        self.down2 = DownBlock(features, 2 * features)
        self.down3 = DownBlock(2 * features, 4 * features)
        self.down4 = DownBlock(4 * features, 8 * features)
        self.bottom = conv3x3(8 * features, 8 * features)
        self.up4 = UpBlock(16 * features, 4 * features)
        self.up3 = UpBlock(8 * features, 2 * features)
        self.up2 = UpBlock(4 * features, features)
        self.up1 = UpBlock(2 * features, features)
        self.last = conv3x3(features, scale * scale)

    def forward(self, x):
        level1 = self.down1(x)
        level2 = self.down2(functional.avg_pool2d(level1, 2))
        level3 = self.down3(functional.avg_pool2d(level2, 2))
        level4 = self.down4(functional.avg_pool2d(level3, 2))
        h = functional.leaky_relu(self.bottom(functional.avg_pool2d(level4, 2)), 0.1)
        h = self.up4(h, level4)
        h = self.up3(h, level3)
        h = self.up2(h, level2)
        h = self.up1(h, level1)
        return functional.pixel_shuffle(self.last(h), self.scale)
