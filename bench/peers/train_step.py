"""Milliseconds of a PyTorch training step on the U-Net that srbatch trains (scale 1), channels_last, Adam, mean squared error.

train_step.py FEATURES BATCH PATCH STEPS THREADS
"""
import sys
import time

import torch
import torch.nn.functional as F

from unet import UNet

features, batch, patch, steps, threads = map(int, sys.argv[1:])
torch.set_num_threads(threads)
net = UNet(features).to(memory_format=torch.channels_last)
adam = torch.optim.Adam(net.parameters(), 1e-3)
x = torch.rand(batch, 1, patch, patch).to(memory_format=torch.channels_last)
for step in range(steps + 2):
    if step == 2:
        start = time.perf_counter()
    adam.zero_grad()
    F.mse_loss(net(x), x).backward()
    adam.step()
print(1000 * (time.perf_counter() - start) / steps)
