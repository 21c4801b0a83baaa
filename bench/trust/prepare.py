"""Makes the manifests and the spoilt images of bench/trust.sh.

prepare.py OUT PAIRS_DIR CHANNEL [OTHER_DIR...]     files *_FFF_C.h5 (field FFF, channel C) with /low and /high; in OTHER_DIR any, /low or else /high is judged

OUT/train.json: fields of the channel, every fifth (005, 010, ...) left out, the one before it for validation. OUT/judge.json: all that is judged; the group
is the case. Spoilt images are made of the fields left out: blur of what the camera recorded; defocus before the camera's noise (the target blurred, brought
to the input's intensities, with noise whose variance rises with intensity as the input's does); noise; saturation; contrast upside down; nothing there.
"""
import json
import pathlib
import re
import sys

import h5py
import numpy as np
from scipy import ndimage

out, source, channel = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve(), sys.argv[3]
others = [pathlib.Path(name).resolve() for name in sys.argv[4:]]
training = {"loss": "l1", "steps": 2000, "batch": 4, "patch": 64, "learningRate": 0.002, "checkpointEvery": 1000, "validateEvery": 1000}
(out / "made").mkdir(parents=True, exist_ok=True)
train, judge = [], []


def add(images, case, name, split, path, dataset, axes=None, target=None):
    entry = {"id": re.sub(r"[^A-Za-z0-9._-]+", "_", name), "group": case, "split": split, "input": {"file": str(path), "dataset": dataset}}
    if axes is not None:
        entry["input"]["axes"] = axes
    if target is not None:
        entry["target"] = {"file": str(target), "dataset": "/high"}
    images.append(entry)


def spoilt(low, high, random):
    """Cases and images; low and high as float64, values 0 to 255."""
    span = np.subtract(*np.percentile(low, (99.9, 0.1)))
    for sigma in (0.7, 1, 2, 4):
        yield f"blur {sigma} px", ndimage.gaussian_filter(low, sigma)
    gain, offset = np.polyfit(ndimage.gaussian_filter(high, 1).ravel(), ndimage.gaussian_filter(low, 1).ravel(), 1)
    smooth = ndimage.gaussian_filter(low, 3)
    slope, floor = np.polyfit(smooth.ravel(), ((low - smooth) ** 2).ravel(), 1)
    for sigma in (2, 4, 6):
        seen = np.clip(gain * ndimage.gaussian_filter(high, sigma) + offset, 0, None)
        yield f"defocus {sigma} px", np.clip(np.round(seen + random.normal(size=seen.shape) * np.sqrt(np.clip(slope * seen + floor, 0.1, None))), 0, 255)
    for share in (0.05, 0.1, 0.2, 0.4):
        yield f"noise {share} of the range", low + random.normal(0, share * span, low.shape)
    yield "3 % saturated", np.minimum(low, np.percentile(low, 97))
    for factor in (2, 4):
        yield f"exposed {factor} times", np.clip(low * factor, 0, 255)
    yield "upside down", 255 - low
    background = low[low < np.percentile(low, 30)]
    yield "empty", np.clip(np.round(random.normal(background.mean(), 2 * background.std() + 0.5, low.shape)), 0, 255)
    yield "constant", np.full_like(low, 10)
    yield "pixels twice as large", low[::2, ::2]
    yield "pixels half as large", ndimage.zoom(low, 2, order=1)[: low.shape[0], : low.shape[1]]


for path in sorted(source.glob("*_*_*.h5")):
    match = re.search(r"_(\d+)_(\w+)\.h5$", path.name)
    if match is None:
        continue
    field = int(match[1])
    if match[2] != channel:
        add(judge, f"near: channel {match[2]}", f"{match[1]}_{match[2]}", "infer", path, "/low", target=path)
    elif field % 5 != 0:
        add(train, "known", match[1], "validation" if field % 5 == 4 else "train", path, "/low", target=path)
    else:
        add(judge, "unseen", match[1], "infer", path, "/low", target=path)
        with h5py.File(path) as file:
            low, high = file["low"][...].astype(float), file["high"][...].astype(float)
        for case, image in spoilt(low, high, np.random.default_rng(field)):
            made = out / "made" / re.sub(r"[^A-Za-z0-9.]+", "_", f"{case} {match[1]}.h5")
            if not made.exists():
                with h5py.File(made.with_suffix(".part"), "w") as file:
                    file["low"] = image.astype(np.float32)
                made.with_suffix(".part").rename(made)
            add(judge, case, made.stem, "infer", made, "/low", target=path if image.shape == high.shape and "pixels" not in case else None)
for folder in others:
    for path in sorted(folder.glob("*.h5")):
        with h5py.File(path) as file:
            name = "low" if "low" in file else "high"
            add(judge, f"far: {folder.name}", f"{folder.name}-{path.stem}", "infer", path, f"/{name}", "cyx" if file[name].ndim == 3 else "yx")
if not train or not any(entry["group"] == "unseen" for entry in judge):
    sys.exit(f"{source}: needs files named *_FFF_{channel}.h5, FFF being the field, some divisible by 5 and some not")
model = {"network": "unet", "scale": 1, "features": 16}
(out / "train.json").write_text(json.dumps({"name": "trust", "images": train, "model": model, "training": training}, indent=1) + "\n")
(out / "judge.json").write_text(json.dumps({"name": "trust-judged", "images": judge, "model": model, "quality": {"metrics": ["nrmse", "rsp"]}}, indent=1) + "\n")
