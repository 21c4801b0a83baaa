"""The folds of bench/leave-one-out.sh.

folds.py PAIRS_DIR OUT TRAINING_JSON     writes OUT/NAME/manifest.json for each pair NAME.h5 (tests NAME; the next pair validates; the others train), prints the names
folds.py OUT                             prints the table of OUT/*/scores.txt
"""
import json
import pathlib
import sys

from scores import sections

if len(sys.argv) == 4:
    out = pathlib.Path(sys.argv[2])
    pairs = sorted(pathlib.Path(sys.argv[1]).resolve().glob("*.h5"))
    for i, tested in enumerate(pairs):
        validates = pairs[(i + 1) % len(pairs)]
        images = [{
            "id": pair.stem, "split": {tested: "test", validates: "validation"}.get(pair, "train"),
            "input": {"file": str(pair), "dataset": "/low"}, "target": {"file": str(pair), "dataset": "/high"},
        } for pair in pairs]
        folder = out / tested.stem
        folder.mkdir(parents=True, exist_ok=True)
        manifest = {"name": f"without-{tested.stem}", "images": images, "model": {"scale": 1, "features": 16}, "training": json.loads(sys.argv[3])}
        (folder / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n")
        print(tested.stem)
else:
    found = {path.parent.name: sections(path)[2] for path in sorted(pathlib.Path(sys.argv[1]).glob("*/scores.txt"))}
    methods = list(next(iter(found.values())))
    plain = [method.removeprefix("* ") for method in methods]
    print("| pair left out | " + " | ".join({"network": "**srbatch**"}.get(method, method) for method in plain) + " |")
    print("|---" * (len(plain) + 1) + "|")
    sums = {method: [] for method in plain}
    for name, rows in found.items():
        cells = {method.removeprefix("* "): row[0] for method, row in rows.items()}
        for method in plain:
            sums[method].append([float(word) for word in cells[method].replace("/", " ").split()[:2]])
        print(f"| {name} | " + " | ".join(cells[method] for method in plain) + " |")
    print("| mean | " + " | ".join("{:.2f} {:.4f}".format(*(sum(column) / len(column) for column in zip(*sums[method]))) for method in plain) + " |")
