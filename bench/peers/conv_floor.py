"""Milliseconds that the convolutions of the U-Net alone take in PyTorch, channels_last: what no program that computes them one by one gets below.

conv_floor.py FEATURES SIDE fp32|bf16 cpu|cuda [CALLS]
Each convolution on its own, the sum of the medians. On a GPU fp32 means TF32 within convolutions, PyTorch's and srbatch's default.
"""
import sys
import time

import torch

from unet import UNet

features, side, dtype, device = int(sys.argv[1]), int(sys.argv[2]), {"fp32": torch.float32, "bf16": torch.bfloat16}[sys.argv[3]], sys.argv[4]
calls = int(sys.argv[5]) if len(sys.argv) > 5 else 11
torch.backends.cudnn.benchmark = True
net = UNet(features).eval()
shapes = []
hooks = [layer.register_forward_hook(lambda layer, inputs, _: shapes.append((layer, inputs[0].shape)))
         for layer in net.modules() if isinstance(layer, torch.nn.Conv2d)]


def once(layer, x):
    if device == "cuda":
        torch.cuda.synchronize()
    start = time.perf_counter()
    layer(x)
    if device == "cuda":
        torch.cuda.synchronize()
    return time.perf_counter() - start


total = 0.0
with torch.inference_mode():
    net(torch.zeros(1, 1, 64, 64))
    for hook in hooks:
        hook.remove()
    for layer, (_, channels, height, _) in shapes:
        layer = layer.to(device, dtype, memory_format=torch.channels_last)
        scaled = side * height // 64
        x = torch.rand(1, channels, scaled, scaled, device=device).to(dtype).to(memory_format=torch.channels_last)
        total += sorted(once(layer, x) for _ in range(calls + 3))[(calls + 3) // 2]
print(f"{1000 * total:.2f}")
