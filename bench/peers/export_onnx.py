"""export_onnx.py FEATURES FILE: the U-Net of unet.py as ONNX, any batch and size."""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import torch
from unet import UNet

torch.onnx.export(UNet(int(sys.argv[1])).eval(), torch.zeros(1, 1, 64, 64), sys.argv[2], opset_version=17, input_names=["x"], output_names=["y"],
                  dynamic_axes={"x": {0: "n", 2: "h", 3: "w"}, "y": {0: "n", 2: "h", 3: "w"}})
