"""TorchScript files and BioImage.IO packages, images, and what must come of them, by torch and numpy alone: external_models.py FOLDER.

Writes FOLDER/NAME.h5 with the images, FOLDER/NAME.pt with scripted networks, FOLDER/NAME or FOLDER/NAME.zip with packages, and
FOLDER/CASE.npy with what each case must give. A plane that is no multiple of what a model takes is continued by its last row and column.
"""
import json
import os
import sys
import zipfile

import h5py
import numpy
import torch
from torch import nn

FOLDER = sys.argv[1]
torch.manual_seed(5)
torch.set_num_threads(1)


def layers(*channels):
    return nn.Sequential(*[step for a, b in zip(channels, channels[1:]) for step in (nn.Conv2d(a, b, 3, padding=1), nn.LeakyReLU(0.1))][:-1])


class Plain(nn.Module):
    """Three convolutions that reach 3 pixels; 1.3 times the image and more, so that it leaves the image's range. Scale 2 by sub-pixels."""

    def __init__(self, scale: int):
        super().__init__()
        self.scale = scale
        self.body = layers(1, 6, 6, scale * scale)

    def forward(self, x):
        y = self.body(x)
        if self.scale > 1:
            y = nn.functional.pixel_shuffle(y, self.scale)
            x = nn.functional.interpolate(x, scale_factor=2.0, mode="nearest")
        return 1.3 * x - 0.1 + y


class Pooled(nn.Module):
    """Halves the image twice, by mean and by maximum, and enlarges it again."""

    def __init__(self):
        super().__init__()
        self.first, self.second, self.third, self.last = layers(1, 4), layers(4, 4), layers(4, 4), layers(4, 4, 1)

    def forward(self, x):
        a = self.first(x)
        b = self.second(nn.functional.avg_pool2d(a, 2))
        c = self.third(nn.functional.max_pool2d(b, 2))
        b = b + nn.functional.interpolate(c, scale_factor=2.0, mode="nearest")
        return x + self.last(a + nn.functional.interpolate(b, scale_factor=2.0, mode="bilinear", align_corners=False))


class ChannelsLast(nn.Module):
    """As byxc."""

    def __init__(self, inner):
        super().__init__()
        self.inner = inner

    def forward(self, x):
        return self.inner(x.permute(0, 3, 1, 2)).permute(0, 2, 3, 1)


NETWORKS = {"conv": Plain(1), "other": Plain(1), "up": Plain(2), "pool": Pooled()}
for name, network in NETWORKS.items():
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.mul_(1.5)  # far pixels count
    torch.jit.script(network.eval()).save(os.path.join(FOLDER, name + ".pt"))
torch.jit.script(ChannelsLast(NETWORKS["conv"]).eval()).save(os.path.join(FOLDER, "last.pt"))

random = numpy.random.default_rng(3)


def image(height, width):
    y, x = numpy.mgrid[:height, :width]
    return 500 + 300 * numpy.sin(x / 5 + y / 9) * numpy.cos(y / 7) + 60 * random.standard_normal((height, width))


IMAGES = {
    "even": image(160, 192).astype("float32"),
    "odd": numpy.clip(1.5 * image(131, 175) - 600, 0, 65535).astype("uint16"),
    "byte": numpy.clip(image(160, 192) / 4, 0, 255).astype("uint8"),
    "large": image(448, 432).astype("float32"),
    "tall": image(1536, 160).astype("float32"),
    "stack": numpy.stack([image(96, 160), 3 * image(96, 160)]).astype("float32"),
}
for name, values in IMAGES.items():
    with h5py.File(os.path.join(FOLDER, name + ".h5"), "w") as file:
        file["low"] = values


def run(name, plane, step=32, beyond=0):
    """The network on a whole plane."""
    height, width = plane.shape
    continued = numpy.pad(plane, ((0, -height % step + beyond), (0, -width % step + beyond)), mode="edge").astype("float32")
    with torch.no_grad():
        y = NETWORKS[name](torch.from_numpy(continued)[None, None])[0, 0].numpy().astype("float64")
    scale = y.shape[0] // continued.shape[0]
    return y[: height * scale, : width * scale]


def by_percentiles(name, plane):
    low, high = numpy.percentile(plane.astype("float64"), [0.1, 99.9])
    return run(name, (plane - low) / (high - low)) * (high - low) + low


for network in ("conv", "pool", "up"):
    for name in ("even", "odd"):
        numpy.save(os.path.join(FOLDER, f"{network}-{name}.npy"), by_percentiles(network, IMAGES[name]))


def package(name, text, weights="conv", zipped=False):
    files = {"rdf.yaml": json.dumps(text), "weights.pt": open(os.path.join(FOLDER, weights + ".pt"), "rb").read()}
    if zipped:
        with zipfile.ZipFile(os.path.join(FOLDER, name + ".zip"), "w", zipfile.ZIP_DEFLATED) as archive:
            for file, content in files.items():
                archive.writestr("around/" + file, content)
        return
    os.mkdir(os.path.join(FOLDER, name))
    for file, content in files.items():
        with open(os.path.join(FOLDER, name, file), "wb") as target:
            target.write(content if isinstance(content, bytes) else content.encode())


# Windows at a border are shorter, but never below the least side: there a model sees what it sees of the whole plane.
def v04(before, after, axes="bcyx", least=32, step=16, halo=None):
    def by(other, y):
        return [y if axis in "yx" else other for axis in axes]

    output = {"name": "output", "axes": axes, "data_type": "float32", "postprocessing": after,
              "shape": {"reference_tensor": "input", "scale": by(1, 1), "offset": by(0, 0)}}
    if halo is not None:
        output["halo"] = by(0, halo)
    return {
        "format_version": "0.4.10", "type": "model", "name": "theirs",
        "inputs": [{"name": "input", "axes": axes, "data_type": "float32", "preprocessing": before, "shape": {"min": by(1, least), "step": by(0, step)}}],
        "outputs": [output], "weights": {"torchscript": {"source": "weights.pt"}},
    }


def v05(before, after, scale=1, size=None, halo=None):
    def axes(space):
        return [{"type": "batch"}, {"type": "channel", "channel_names": ["intensity"]}, {"type": "space", "id": "y", **space("y")}, {"type": "space", "id": "x", **space("x")}]

    around = {} if halo is None else {"halo": halo}
    return {
        "format_version": "0.5.3", "type": "model", "name": "theirs",
        "inputs": [{"id": "raw", "axes": axes(lambda axis: {"size": size or {"min": 32, "step": 32}}), "data": {"type": "float32"}, "preprocessing": before}],
        "outputs": [{"id": "out", "data": {"type": "float32"}, "postprocessing": after,
                     "axes": axes(lambda axis: {"size": size * scale if size else {"tensor_id": "raw", "axis_id": axis}, "scale": 1.0 / scale, **around})}],
        "weights": {"torchscript": {"source": "weights.pt", "pytorch_version": "1.13"}},
    }


def case(name, expected, *arguments, **options):
    package(name, *arguments, **options)
    numpy.save(os.path.join(FOLDER, name + ".npy"), expected)


even, odd, byte, stack = (IMAGES[name].astype("float64") for name in ("even", "odd", "byte", "stack"))

case("standard04", run("conv", (even - even.mean()) / (even.std() + 0.5)) * 300 + 1000,
     v04([{"name": "zero_mean_unit_variance", "kwargs": {"axes": "yx", "mode": "per_sample", "eps": 0.5}}],
         [{"name": "scale_linear", "kwargs": {"axes": "yx", "gain": 300, "offset": 1000}}], halo=8))

case("linear04", 255 / (1 + numpy.exp(-run("conv", byte / 255))),
     v04([{"name": "scale_linear", "kwargs": {"axes": "yx", "gain": 1 / 255, "offset": 0}}],
         [{"name": "sigmoid"}, {"name": "scale_linear", "kwargs": {"axes": "yx", "gain": 255, "offset": 0}}], axes="byxc"), weights="last", zipped=True)

low, high = numpy.percentile(odd, [2, 99])
case("range05", numpy.clip(run("up", numpy.clip((odd - low) / (high - low + 1e-3), 0, 1)), 0.1, 0.9),
     v05([{"id": "scale_range", "kwargs": {"min_percentile": 2, "max_percentile": 99, "eps": 1e-3, "axes": ["channel", "y", "x"]}},
          {"id": "clip", "kwargs": {"min": 0, "max": 1}}],
         [{"id": "clip", "kwargs": {"min": 0.1, "max": 0.9}}], scale=2, halo=10), weights="up", zipped=True)

# Windows of 64 alone: those at the end of a plane are continued to that.
case("fixed05", run("conv", (odd - 480) / 250, step=1, beyond=64) * 250 + 480,
     v05([{"id": "fixed_zero_mean_unit_variance", "kwargs": {"mean": 480, "std": 250}}],
         [{"id": "scale_linear", "kwargs": {"gain": 250, "offset": 480}}], size=64, halo=8))

# Sides of 36, 52, 68, ...: a window of a multiple of 16 is continued by 4.
case("sides04", run("conv", (odd - 480) / 250.5, step=16, beyond=4),
     v04([{"name": "zero_mean_unit_variance", "kwargs": {"axes": "yx", "mode": "fixed", "mean": 480, "std": 250, "eps": 0.5}}], [], axes="bcyx", least=36, step=16))


def standard(values):
    return (values - values.mean()) / (values.std() + 1e-6)


for name, axes, planes in (("sample05", ["channel", "y", "x"], [standard(plane) for plane in stack]), ("dataset05", ["batch", "channel", "y", "x"], standard(stack))):
    case(name, numpy.stack([run("conv", plane) for plane in planes]), v05([{"id": "zero_mean_unit_variance", "kwargs": {"axes": axes, "eps": 1e-6}}], []), zipped=name == "sample05")

package("hundredth", v04([{"name": "scale_linear", "kwargs": {"axes": "yx", "gain": 0.01, "offset": 0}}], [], halo=8))
package("whole", v04([], [{"name": "scale_range", "kwargs": {"axes": "yx", "mode": "per_sample"}}]))
package("again", v04([{"name": "clip", "kwargs": {"min": 0, "max": 1}}, {"name": "scale_linear", "kwargs": {"axes": "yx", "gain": 2, "offset": 0}}], []))
wrong = v04([], [])
wrong["weights"]["torchscript"]["sha256"] = "0" * 64
package("wrong", wrong)
package("larger", v05([], [], scale=1), weights="up")
