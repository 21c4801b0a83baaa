"""DFCAN (Qiao et al. 2021, doi 10.1038/s41592-020-01048-5) with attention to blocks of 16 x 16 pixels in place of the whole image, a linear and, for scale 2
and 4, sub-pixel end."""
import torch
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


class DfcanBlock(nn.Module):
    """Two 3x3 convolutions with GELU, channels weighed by what their spectra hold, and the input added."""

    def __init__(self, features):
        super().__init__()
        self.conv1 = conv3x3(features, features)
        self.conv2 = conv3x3(features, features)
        self.spectral = conv3x3(features, features)
        self.gate = ChannelGate(features)

    def forward(self, x):
        h = functional.gelu(self.conv2(functional.gelu(self.conv1(x))))
        batch, features, height, width = h.shape
        rows, columns = height // BLOCK, width // BLOCK
        blocks = h.reshape(batch, features, rows, BLOCK, columns, BLOCK).permute(0, 2, 4, 1, 3, 5).reshape(-1, features, BLOCK, BLOCK)
        spectra = torch.fft.fft2(blocks, norm="ortho")
        moduli = (spectra.real.square() + spectra.imag.square() + 1e-8) ** 0.4  # to the power of 0.8
        means = self.spectral(torch.fft.fftshift(moduli, dim=(2, 3))).relu().mean((2, 3))
        weights = self.gate(means.reshape(batch, rows, columns, features).permute(0, 3, 1, 2))
        return h * functional.interpolate(weights, scale_factor=float(BLOCK), mode="nearest") + x


class DfcanGroup(nn.Module):
    """Three blocks, and the input added."""

    def __init__(self, features):
        super().__init__()
        self.block1 = DfcanBlock(features)
        self.block2 = DfcanBlock(features)
        self.block3 = DfcanBlock(features)

    def forward(self, x):
        return self.block3(self.block2(self.block1(x))) + x


class Dfcan(nn.Module):
    """Images (B, 1, H, W), H and W multiples of `stride`, to images (B, 1, scale H, scale W)."""

    stride = BLOCK
    receptive_field = 100  # input pixels to each side that one output pixel depends on

    def __init__(self, features, scale):
        super().__init__()
        self.scale = scale
        self.head = conv3x3(1, features)
        self.group1 = DfcanGroup(features)
        self.group2 = DfcanGroup(features)
        self.body = conv3x3(features, features)
        self.last = conv3x3(features, scale * scale)

    def forward(self, x):
        h = functional.gelu(self.head(x))
        h = functional.gelu(self.body(self.group2(self.group1(h))))
        return functional.pixel_shuffle(self.last(h), self.scale)
