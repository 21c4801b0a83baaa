#!/usr/bin/env python3
"""Writes baselines_golden.json: what scipy and scikit-image make of one noisy plane.  Run: /usr/bin/python3 baselines_golden.py"""
import base64
import json
import pathlib
import sys

import numpy as np
import scipy
import skimage
from scipy.ndimage import gaussian_filter
from skimage.restoration import denoise_nl_means, denoise_tv_chambolle, estimate_sigma, richardson_lucy

HEIGHT, WIDTH = 27, 38
PATCH, REACH = 5, 6
rng = np.random.default_rng(20260103)


def spots():
    """Spots on a slope, 0 to about 1, under noise that makes some pixels negative."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    image = 0.1 * x / WIDTH
    for _ in range(9):
        cy, cx, s = rng.uniform(0, HEIGHT), rng.uniform(0, WIDTH), rng.uniform(1, 4)
        image = image + rng.uniform(0.3, 1) * np.exp(-((y - cy) ** 2 + (x - cx) ** 2) / (2 * s * s))
    return (image / image.max() + rng.normal(0, 0.08, image.shape)).astype(np.float32).astype(np.float64)


def mirrored_richardson_lucy(image, sigma, iterations):
    """scikit-image's, which ends the plane in darkness, so far within a larger mirrored plane that the darkness does not reach it."""
    radius = int(4 * sigma + 0.5)
    margin = 2 * radius * iterations
    offsets = np.arange(-radius, radius + 1)
    line = np.exp(-0.5 * (offsets / sigma) ** 2)
    psf = np.outer(line, line) / line.sum() ** 2
    large = np.pad(np.maximum(image, 0), margin, mode="symmetric")
    return richardson_lucy(large, psf, num_iter=iterations, clip=False)[margin:-margin, margin:-margin]


def exact_nl_means(image, h, sigma):
    """denoise_nl_means(fast_mode=True) pixel by pixel from its definition, with numpy's exponential: scikit-image's own is an approximation."""
    before, after = PATCH // 2 - 1, PATCH // 2
    margin = REACH + after
    padded = np.pad(image, margin, mode="reflect")
    result = np.zeros_like(image)
    for y, x in np.ndindex(image.shape):
        row, column = y + margin, x + margin
        patch = padded[row - before:row + after + 1, column - before:column + after + 1]
        total = weights = 0
        for dy in range(-REACH, REACH + 1):
            for dx in range(-REACH, REACH + 1):
                other = padded[row + dy - before:row + dy + after + 1, column + dx - before:column + dx + after + 1]
                distance = max(((patch - other) ** 2 - 2 * sigma ** 2).sum(), 0) / (h * PATCH) ** 2
                weight = np.exp(-distance) if distance <= 5 else 0
                total, weights = total + weight * padded[row + dy, column + dx], weights + weight
        result[y, x] = total / weights
    return result


def encoded(values):
    return base64.b64encode(np.asarray(values, "<f4").tobytes()).decode()


image = spots()
noise = estimate_sigma(image)
out = {
    "script": "baselines_golden.py",
    "versions": {"python": sys.version.split()[0], "numpy": np.__version__, "scipy": scipy.__version__, "skimage": skimage.__version__},
    "height": HEIGHT,
    "width": WIDTH,
    "plane": encoded(image),
    "noiseSigma": float(noise),
    "gaussian": [{"sigma": s, "expected": encoded(gaussian_filter(image, s))} for s in (0.5, 2.5, 12)],
    "richardsonLucy": [{"sigma": s, "iterations": n, "expected": encoded(mirrored_richardson_lucy(image, s, n))} for s, n in ((2, 1), (1.4, 3), (3, 10))],
    "totalVariation": [{"weight": w, "expected": encoded(denoise_tv_chambolle(image, weight=w))} for w in (0.05, 0.2, 0.8)],
    "nonLocalMeans": [{
        "h": m * noise, "expected": encoded(exact_nl_means(image, m * noise, noise)),
        "scikitImage": encoded(denoise_nl_means(image, patch_size=PATCH, patch_distance=REACH, h=m * noise, sigma=noise, fast_mode=True)),
    } for m in (0.7, 2, 6)],
}
for case in out["nonLocalMeans"]:
    exact, approximate = (np.frombuffer(base64.b64decode(case[key]), "<f4") for key in ("expected", "scikitImage"))
    print("non-local means: scikit-image is at most", np.abs(exact - approximate).max(), "away from its definition")
path = pathlib.Path(__file__).with_suffix(".json")
path.write_text(json.dumps(out, indent=1) + "\n")
print(path, path.stat().st_size, "bytes")
