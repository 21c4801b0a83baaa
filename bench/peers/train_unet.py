"""Trains the same U-Net with PyTorch on the images of an srbatch manifest and writes what it makes of the test images.

train_unet.py MANIFEST OUT [STEPS]     pairs of 2-D datasets; OUT/ID.h5 for every test image, OUT/training.json

A good recipe for this network: the input at the target's grid (bicubic), each input between its percentiles 0.1 and 99.9, each target regressed onto its
input (y' = a y + b), mean absolute error, Adam with a one-cycle rate of 2e-3 (5 % warm-up), 12 patches of 64 a step, flipped and turned in eight ways.
"""
import json
import pathlib
import resource
import sys
import time

import h5py
import numpy as np
import torch
import torch.nn.functional as F

from unet import UNet

THREADS, FEATURES, BATCH, PATCH, RATE, WARM_UP = 2, 16, 12, 64, 2e-3, 0.05


def read(folder, reference):
    with h5py.File(folder / reference["file"]) as file:
        return file[reference["dataset"]][...].astype(np.float32)


def normalised(image):
    low, high = np.percentile(image, [0.1, 99.9])
    return ((image - low) / max(high - low, 1e-6)).astype(np.float32)


def load_input(folder, image, scale):
    low = read(folder, image["input"])
    if scale > 1:
        low = F.interpolate(torch.from_numpy(low)[None, None], scale_factor=scale, mode="bicubic", align_corners=False)[0, 0].numpy()
    return normalised(low)


def load_pair(folder, image, scale):
    low, high = load_input(folder, image, scale), normalised(read(folder, image["target"]))
    slope, offset = np.polyfit(high.ravel(), low.ravel(), 1)
    return low, (slope * high + offset).astype(np.float32)


def draw(pairs, rng):
    """One batch: image, place and one of the eight turns and flips at random."""
    inputs, targets = [], []
    for _ in range(BATCH):
        pair = pairs[rng.integers(len(pairs))]
        height, width = pair[0].shape
        y, x, turn = rng.integers(height - PATCH + 1), rng.integers(width - PATCH + 1), rng.integers(8)
        for image, patches in zip(pair, (inputs, targets)):
            patch = np.rot90(image[y:y + PATCH, x:x + PATCH], turn % 4)
            patches.append((patch[:, ::-1] if turn >= 4 else patch).copy())
    return (torch.from_numpy(np.stack(patches))[:, None].to(memory_format=torch.channels_last) for patches in (inputs, targets))


manifest, out = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
steps = int(sys.argv[3]) if len(sys.argv) > 3 else 4500
plan = json.loads(manifest.read_text())
scale = plan["model"]["scale"]
torch.set_num_threads(THREADS)
torch.manual_seed(0)
rng = np.random.default_rng(0)
started = time.monotonic()
pairs = [load_pair(manifest.parent, image, scale) for image in plan["images"] if image["split"] == "train"]
net = UNet(FEATURES).to(memory_format=torch.channels_last)
adam = torch.optim.Adam(net.parameters(), RATE)
schedule = torch.optim.lr_scheduler.OneCycleLR(adam, RATE, total_steps=steps, pct_start=WARM_UP)
for step in range(steps):
    x, y = draw(pairs, rng)
    adam.zero_grad()
    loss = F.l1_loss(net(x), y)
    loss.backward()
    adam.step()
    schedule.step()
    if (step + 1) % 500 == 0:
        print(f"step {step + 1}: loss {float(loss):.5f}, {time.monotonic() - started:.0f} s", file=sys.stderr, flush=True)
used = resource.getrusage(resource.RUSAGE_SELF)

out.mkdir(parents=True, exist_ok=True)
net.eval()
with torch.inference_mode():
    for image in plan["images"]:
        if image["split"] == "test":
            low = torch.from_numpy(load_input(manifest.parent, image, scale))[None, None].to(memory_format=torch.channels_last)
            with h5py.File(out / f"{image['id']}.h5", "w") as file:
                file["sr"] = net(low)[0, 0].numpy()
# Last: who finds it finds all images.
(out / "training.json").write_text(json.dumps({"steps": steps, "cpu_minutes": (used.ru_utime + used.ru_stime) / 60, "minutes": (time.monotonic() - started) / 60}) + "\n")
