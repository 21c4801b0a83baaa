#!/usr/bin/env python3
"""Writes scales_golden.json: what scikit-image and numpy score for pairs of planes large enough for MS-SSIM.  Run: python3 scales_golden.py

The planes are made of whole numbers, here and in the test alike (see plane), so that the file holds scores alone. Scores are of a * prediction + b against the
target, a and b from the least-squares line, data range R = percentiles 0.1 to 99.9 of the target; all in float64. MS-SSIM is composed of scikit-image's uniform and
Gaussian filters: Wang, Simoncelli and Bovik 2003, weights and scales as there, population covariance, means over the pixels where the window fits."""
import json
import pathlib
import sys

import numpy as np
import scipy
import skimage
from scipy.ndimage import gaussian_filter
from skimage.metrics import normalized_root_mse, peak_signal_noise_ratio, structural_similarity

WEIGHTS = [0.0448, 0.2856, 0.3001, 0.2363, 0.1333]


def triangle(n, period):
    return np.abs(n % period - period // 2)


def plane(height, width, gain, offset, noise, highest):
    """Target and prediction: triangles in both directions and steps; the prediction has half the contrast and a hash for noise."""
    y, x = np.mgrid[0:height, 0:width].astype(np.int64)
    truth = 6 * triangle(y, 29) + 4 * triangle(x, 41) + 9 * (x * y // 50 % 17)
    grain = (x * 7919 + y * 104729 + x * y * 31) % 101 - 50
    target = np.minimum(offset + gain * truth, highest)
    prediction = np.minimum(offset + gain * (truth // 2) + noise * grain, highest)
    return target.astype(np.float32).astype(np.float64), prediction.astype(np.float32).astype(np.float64)


def contrast_structure(a, b, data_range):
    """Mean of (2 cov + C2) / (var a + var b + C2) over the pixels where the window of 11 taps fits."""
    blur = lambda image: gaussian_filter(image, 1.5, truncate=3.5)
    ma, mb = blur(a), blur(b)
    va, vb, cov = blur(a * a) - ma * ma, blur(b * b) - mb * mb, blur(a * b) - ma * mb
    c2 = (0.03 * data_range) ** 2
    return ((2 * cov + c2) / (va + vb + c2))[5:-5, 5:-5].mean()


def halved(image):
    height, width = image.shape[0] // 2 * 2, image.shape[1] // 2 * 2
    return image[:height, :width].reshape(height // 2, 2, width // 2, 2).mean((1, 3))


def ssim(a, b, data_range):
    return structural_similarity(a, b, data_range=data_range, gaussian_weights=True, sigma=1.5, use_sample_covariance=False)


def ms_ssim(a, b, data_range):
    product = 1.0
    for scale, weight in enumerate(WEIGHTS):
        last = scale == len(WEIGHTS) - 1
        product *= max(0, ssim(a, b, data_range) if last else contrast_structure(a, b, data_range)) ** weight
        a, b = halved(a), halved(b)
    return product


# height, width, gain, offset, noise, highest value of the type
CASES = {
    "smallest, uint8": (176, 176, 1, 0, 1, 255),
    "odd sides, uint16": (177, 201, 64, 500, 30, 65535),
    "wide, offset 30000": (180, 400, 3, 30000, 2, 65535),
    "saturated": (260, 190, 2, 0, 3, 200),
    "noise above the signal": (190, 190, 1, 1000, 8, 65535),
    "tiny range": (200, 200, 1 / 4096, 0, 1 / 8192, 1),
}
out = {"script": "scales_golden.py", "versions": {"python": sys.version.split()[0], "numpy": np.__version__, "scipy": scipy.__version__, "skimage": skimage.__version__}, "cases": []}
for name, (height, width, gain, offset, noise, highest) in CASES.items():
    target, prediction = plane(height, width, gain, offset, noise, highest)
    dp, dt = prediction - prediction.mean(), target - target.mean()
    fitted = np.vdot(dp, dt) / np.vdot(dp, dp) * dp + target.mean()
    low, high = np.percentile(target, [0.1, 99.9])
    out["cases"].append({
        "name": name, "height": height, "width": width, "gain": gain, "offset": offset, "noise": noise, "highest": highest,
        "psnrDb": float(peak_signal_noise_ratio(target, fitted, data_range=high - low)),
        "ssim": float(ssim(target, fitted, high - low)),
        "msSsim": float(ms_ssim(target, fitted, high - low)),
        "nrmse": float(normalized_root_mse(target, fitted)),
        "pearson": float(np.corrcoef(dp.ravel(), dt.ravel())[0, 1]),
    })
path = pathlib.Path(__file__).with_suffix(".json")
path.write_text(json.dumps(out, indent=1) + "\n")
print(path, path.stat().st_size, "bytes")
