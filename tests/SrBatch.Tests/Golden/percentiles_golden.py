#!/usr/bin/env python3
"""Writes percentiles_golden.json: what numpy.percentile gives for float32 values.  Run: python3 percentiles_golden.py"""
import base64
import json
import pathlib
import sys

import numpy as np

PERCENTILES = [0, 0.1, 2.5, 25, 50, 75, 99.9, 100]
rng = np.random.default_rng(20260101)
cases = {
    "one value": [3.5],
    "two values": [2.0, -1.0],
    "three values": [1.0, 5.0, 2.0],
    "negative and positive": rng.normal(0, 1, 500),
    "all negative": -rng.lognormal(2, 1, 333),
    "ties": rng.integers(0, 4, 1000),
    "constant": np.full(17, 30000.0),
    "camera counts": 30000 + rng.poisson(20, 2000),
    "many magnitudes": rng.normal(0, 1, 400) * 10.0 ** rng.integers(-30, 30, 400),
    "zeros of both signs": [0.0, -0.0, 0.0, -0.0, 1e-45, -1e-45],
    "with NaN and infinities": np.where(rng.random(600) < 0.1, rng.choice([np.nan, np.inf, -np.inf], 600), rng.normal(5, 2, 600)),
}
out = {
    "script": "percentiles_golden.py",
    "versions": {"python": sys.version.split()[0], "numpy": np.__version__},
    "percentiles": PERCENTILES,
    "cases": [],
}
for name, values in cases.items():
    values = np.asarray(values, np.float32)
    # In float64: numpy would interpolate float32 values in float32.
    finite = values[np.isfinite(values)].astype(np.float64)
    out["cases"].append({
        "name": name,
        "values": base64.b64encode(values.astype("<f4").tobytes()).decode(),
        "expected": [float(v) for v in np.percentile(finite, PERCENTILES)],
    })
path = pathlib.Path(__file__).with_suffix(".json")
path.write_text(json.dumps(out, indent=1) + "\n")
print(path, path.stat().st_size, "bytes")
