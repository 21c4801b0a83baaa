"""export_onnx.py MODEL_FOLDER FILE: what 'srbatch export --to pytorch' wrote, as ONNX for any batch and size."""
import os
import sys

sys.path.insert(0, sys.argv[1])
import model
import torch

network = model.NETWORK(**model.OPTIONS).eval()
network.load_state_dict(torch.load(os.path.join(sys.argv[1], "weights.pt")))
torch.onnx.export(network, torch.zeros(1, 1, 64, 64), sys.argv[2], opset_version=17, input_names=["x"], output_names=["y"],
                  dynamic_axes={"x": {0: "n", 2: "h", 3: "w"}, "y": {0: "n", 2: "h", 3: "w"}})
