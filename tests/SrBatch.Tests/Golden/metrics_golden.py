#!/usr/bin/env python3
"""Writes metrics_golden.json: what scikit-image and numpy score for pairs of planes.  Run: python3 metrics_golden.py

Scores are of a * prediction + b against the target, a and b from the least-squares line, data range R = percentiles 0.1 to 99.9
of the target; all in float64 on float32 values."""
import base64
import json
import pathlib
import sys

import numpy as np
import skimage
from skimage.metrics import normalized_root_mse, peak_signal_noise_ratio, structural_similarity

rng = np.random.default_rng(20260102)


def spots(height, width):
    """Something with structure: Gaussian spots on a slope."""
    y, x = np.mgrid[0:height, 0:width]
    image = 0.1 * x / width
    for _ in range(max(3, height * width // 150)):
        cy, cx, s = rng.uniform(0, height), rng.uniform(0, width), rng.uniform(1, 3)
        image = image + rng.uniform(0.2, 1) * np.exp(-((y - cy) ** 2 + (x - cx) ** 2) / (2 * s * s))
    return image


def case(name, height, width, target_of, prediction_of):
    truth = spots(height, width)
    target = target_of(truth).astype(np.float32)
    return name, target, prediction_of(truth).astype(np.float32)


def noisy(sigma):
    return lambda truth: truth + rng.normal(0, sigma, truth.shape)


def hot_corner(truth):
    image = 30000 + 5 * truth + rng.normal(0, 1, truth.shape)
    image[0, 0] = 65535
    return image


cases = [
    case("unit range, odd sides", 33, 57, lambda t: t, noisy(0.1)),
    case("camera offset 30000", 12, 200, lambda t: 30000 + 400 * t, lambda t: 30000 + 380 * t + rng.normal(0, 15, t.shape)),
    case("uint16 counts against floats of another scale", 64, 48, lambda t: rng.poisson(100 + 20000 * t), noisy(0.05)),
    case("smallest plane", 11, 11, lambda t: t, noisy(0.2)),
    case("one window wide", 11, 90, lambda t: t, noisy(0.2)),
    case("inverted contrast", 33, 57, lambda t: t, lambda t: 5 - 3 * t + rng.normal(0, 0.2, t.shape)),
    case("narrow range on a large offset", 40, 40, lambda t: 10000 + 50 * t, lambda t: 60000 + 9 * t + rng.normal(0, 1, t.shape)),
    case("hot pixel in the corner of both", 48, 48, hot_corner, hot_corner),
    case("no relation", 30, 31, lambda t: t, lambda t: rng.normal(0, 1, t.shape)),
    case("negative values", 25, 60, lambda t: t - 2, noisy(0.3)),
]
out = {
    "script": "metrics_golden.py",
    "versions": {"python": sys.version.split()[0], "numpy": np.__version__, "skimage": skimage.__version__},
    "cases": [],
}
for name, target32, prediction32 in cases:
    target, prediction = target32.astype(np.float64), prediction32.astype(np.float64)
    # Around the means, so that numpy's own fit is exact on large offsets.
    dp, dt = prediction - prediction.mean(), target - target.mean()
    fitted = np.vdot(dp, dt) / np.vdot(dp, dp) * dp + target.mean()
    low, high = np.percentile(target, [0.1, 99.9])
    out["cases"].append({
        "name": name,
        "height": target.shape[0],
        "width": target.shape[1],
        "target": base64.b64encode(target32.astype("<f4").tobytes()).decode(),
        "prediction": base64.b64encode(prediction32.astype("<f4").tobytes()).decode(),
        "range": float(high - low),
        "psnrDb": float(peak_signal_noise_ratio(target, fitted, data_range=high - low)),
        "ssim": float(structural_similarity(target, fitted, data_range=high - low, gaussian_weights=True, sigma=1.5, use_sample_covariance=False)),
        "nrmse": float(normalized_root_mse(target, fitted)),
        "pearson": float(np.corrcoef(dp.ravel(), dt.ravel())[0, 1]),
    })
path = pathlib.Path(__file__).with_suffix(".json")
path.write_text(json.dumps(out, indent=1) + "\n")
print(path, path.stat().st_size, "bytes")
