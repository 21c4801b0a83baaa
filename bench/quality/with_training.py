"""Prints a manifest with its training and inference sections replaced, its files named from the root.

with_training.py MANIFEST TRAINING_JSON [MODEL_JSON [INFERENCE_JSON]]     '' leaves a section as it is; the model's keys are added
"""
import json
import pathlib
import sys

path = pathlib.Path(sys.argv[1]).resolve()
manifest = json.loads(path.read_text())
for entry in manifest["images"]:
    for part in ("input", "target"):
        if "file" in entry.get(part, {}):
            entry[part]["file"] = str(path.parent / entry[part]["file"])
    if "glob" in entry:
        entry["glob"] = str(path.parent / entry["glob"])
manifest.pop("$schema", None)
training, model, inference = (*sys.argv[2:], "", "")[:3]
if training:
    manifest["training"] = json.loads(training)
manifest["model"] = {**manifest.get("model", {}), "features": 16, **json.loads(model or "{}")}
if inference:
    manifest["inference"] = json.loads(inference)
print(json.dumps(manifest, indent=1))
