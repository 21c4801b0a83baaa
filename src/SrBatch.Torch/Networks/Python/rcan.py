"""RCAN (Zhang et al. 2018, doi 10.1007/978-3-030-01234-2_18; for microscopy Chen et al. 2021, doi 10.1038/s41592-021-01155-x) with attention to blocks of
16 x 16 pixels in place of the whole image, and a sub-pixel end for scale 2 and 4."""
from torch import nn
from torch.nn import functional

BLOCK = 16  # pixels along a block of attention


def conv3x3(channels, features):
    return nn.Conv2d(channels, features, 3, padding=1)


class ChannelGate(nn.Module):
    """From the means of a block's channels (B, F, h, w) to the weights of its channels, 0 to 1."""

    def __init__(self, features):
        super().__init__()
        hidden = max(4, features // 8)
        self.squeeze = nn.Conv2d(features, hidden, 1)
        self.excite = nn.Conv2d(hidden, features, 1)

    def forward(self, means):
        return self.excite(self.squeeze(means).relu()).sigmoid()


class RcanBlock(nn.Module):
    """Two 3x3 convolutions with ReLU between, channels weighed by their means, and the input added."""

    def __init__(self, features):
        super().__init__()
        self.conv1 = conv3x3(features, features)
        self.conv2 = conv3x3(features, features)
        self.gate = ChannelGate(features)

    def forward(self, x):
        h = self.conv2(self.conv1(x).relu())
        weights = self.gate(functional.avg_pool2d(h, BLOCK))
        return h * functional.interpolate(weights, scale_factor=float(BLOCK), mode="nearest") + x


class RcanGroup(nn.Module):
    """Four blocks, a 3x3 convolution, and the input added."""

    def __init__(self, features):
        super().__init__()
        self.block1 = RcanBlock(features)
        self.block2 = RcanBlock(features)
        self.block3 = RcanBlock(features)
        self.block4 = RcanBlock(features)
        self.conv = conv3x3(features, features)

    def forward(self, x):
        return self.conv(self.block4(self.block3(self.block2(self.block1(x))))) + x


class Rcan(nn.Module):
    """Images (B, 1, H, W), H and W multiples of `stride`, to images (B, 1, scale H, scale W)."""

    stride = BLOCK
    receptive_field = 133  # input pixels to each side that one output pixel depends on

    def __init__(self, features, scale):
        super().__init__()
        self.scale = scale
        self.head = conv3x3(1, features)
        self.group1 = RcanGroup(features)
        self.group2 = RcanGroup(features)
        self.body = conv3x3(features, features)
        self.last = conv3x3(features, scale * scale)

    def forward(self, x):
        head = self.head(x)
        h = self.body(self.group2(self.group1(head))) + head
        return functional.pixel_shuffle(self.last(h), self.scale)
