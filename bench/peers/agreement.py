"""agreement.py RUN REFERENCE_RUN: largest difference of the enhanced images of two runs, relative to the range of the second's, in percent."""
import pathlib
import sys

import h5py
import numpy as np

worst = 0.0
names = sorted(path.name for path in pathlib.Path(sys.argv[2], "images").glob("*.h5"))
if not names:
    sys.exit(f"{sys.argv[2]}: no images")
for name in names:
    image, reference = (np.asarray(h5py.File(pathlib.Path(run, "images", name))["sr"], np.float64) for run in sys.argv[1:])
    if not np.isfinite(image).all():
        sys.exit(f"{name}: not finite")
    worst = max(worst, np.abs(image - reference).max() / np.ptp(reference))
print(f"{100 * worst:.4f}")
