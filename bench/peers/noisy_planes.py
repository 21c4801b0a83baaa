"""noisy_planes.py FILE SIDE [COUNT]: planes like a camera's, uint16, gzip and shuffle, chunks of 256 x 256; one file, or COUNT files with a number behind the name."""
import sys

import h5py
import numpy as np

path, side, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 0
random = np.random.default_rng(1)
frequency = np.fft.fftfreq(512)
field = np.real(np.fft.ifft2(np.fft.fft2(random.random((512, 512))) * np.exp(-800 * (frequency[:, None] ** 2 + frequency**2))))
field = ((field - field.min()) / np.ptp(field)) ** 6
for number in range(max(count, 1)):
    with h5py.File(f"{path}{number}.h5" if count else path, "w") as file:
        chunk = min(side, 256)
        low = file.create_dataset("low", (side, side), "u2", chunks=(chunk, chunk), compression="gzip", compression_opts=4, shuffle=True)
        for row in range(0, side, 512):
            rows = min(512, side - row)
            low[row : row + rows] = random.poisson(100 + 2000 * np.tile(field, (1, side // 512 + 1))[:rows, :side]).astype("u2")
