"""Makes the manifest of one experiment from a folder of pairs.

prepare.py PAIRS_DIR OUT SCALE TRAINING_JSON     files *_FFF_C.h5 (field FFF, channel C) with /low and /high of one size; writes OUT/manifest.json

Every fifth field (005, 010, ...) is test, the one before it (004, 009, ...) validation, the others train; the group is the channel. Above scale 1, /low is
binned (mean) into OUT/pairs; the targets stay where they are.
"""
import json
import pathlib
import re
import sys

import h5py
import numpy as np

source, out, scale, training = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]), int(sys.argv[3]), json.loads(sys.argv[4])
(out / "pairs").mkdir(parents=True, exist_ok=True)
images = []
for path in sorted(source.glob("*_*_*.h5")):
    match = re.search(r"_(\d+)_(\w+)\.h5$", path.name)
    if match is None:
        continue
    split = {0: "test", 4: "validation"}.get(int(match[1]) % 5, "train")
    low = path
    if scale > 1:
        low = (out / "pairs" / path.name).resolve()
        if not low.exists():
            with h5py.File(path) as file:
                image = file["low"][...].astype(np.float32)
            height, width = (side // scale for side in image.shape)
            part = low.with_suffix(".part")
            with h5py.File(part, "w") as file:
                file["low"] = image.reshape(height, scale, width, scale).mean((1, 3))
            part.rename(low)
    images.append({
        "id": f"{match[1]}_{match[2]}", "group": f"channel {match[2]}", "split": split,
        "input": {"file": str(low), "dataset": "/low"}, "target": {"file": str(path), "dataset": "/high"},
    })
if not images:
    sys.exit(f"{source}: no file named *_FFF_C.h5, FFF being the field and C the channel")
manifest = {"name": f"quality-x{scale}", "images": images, "model": {"scale": scale, "features": 16}, "training": training}
(out / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n")
counts = ", ".join(f"{sum(image['split'] == split for image in images)} {split}" for split in ("train", "validation", "test"))
print(f"{out / 'manifest.json'}: {counts}", file=sys.stderr)
