"""Milliseconds of PyTorch inference on the U-Net that srbatch trains (scale 1), channels_last; the median of some calls.

infer_unet.py FEATURES BATCH SIDE CALLS THREADS
"""
import sys
import time

import torch

from unet import UNet

features, batch, side, calls, threads = map(int, sys.argv[1:])
torch.set_num_threads(threads)
net = UNet(features).eval().to(memory_format=torch.channels_last)
x = torch.rand(batch, 1, side, side).to(memory_format=torch.channels_last)
times = []
with torch.inference_mode():
    for call in range(calls + 1):
        start = time.perf_counter()
        net(x)
        times.append(time.perf_counter() - start)
print(1000 * sorted(times[1:])[calls // 2])
