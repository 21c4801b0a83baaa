"""Prints a manifest with its training section replaced, its files named from the root.

with_training.py MANIFEST TRAINING_JSON [MODEL_JSON]
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
manifest["training"] = json.loads(sys.argv[2])
manifest["model"] = {**manifest.get("model", {}), "features": 16, **(json.loads(sys.argv[3]) if len(sys.argv) > 3 else {})}
print(json.dumps(manifest, indent=1))
