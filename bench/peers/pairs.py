"""Makes the files of `bench patches`: /low and /high, 64 planes of 1024 x 1024 uint16, shuffle and gzip 4, in chunks of two sizes.

pairs.py FOLDER
"""
import sys

import h5py
import numpy as np

random = np.random.default_rng(1)
place = np.linspace(0, 63, 1024)
bilinear = np.maximum(0, 1 - abs(place[:, None] - np.arange(64)))
few = [100 + 900 * bilinear @ random.random((64, 64)) ** 3 @ bilinear.T for _ in range(4)]
for length in (256, 1024):
    with h5py.File(f"{sys.argv[1]}/{length}.h5", "w") as f:
        for name in ("low", "high"):
            planes = np.stack([random.poisson(plane) for plane in few]).astype("u2")
            d = f.create_dataset(name, (64, 1024, 1024), "u2", chunks=(1, length, length), compression="gzip", compression_opts=4, shuffle=True)
            for z in range(64):
                d[z] = planes[z % 4]
