"""The experiments of bench/few-pairs.sh.

folds.py PAIRS_DIR OUT TRAINING_JSON     cuts each pair NAME.h5 into OUT/pairs, writes OUT/regions/manifest.json (left parts train, right parts test) and
                                         OUT/NAME/manifest.json for each pair (tests NAME; of the others one part validates, the rest trains); prints their names
folds.py OUT                             prints the tables of OUT/*/scores.txt
"""
import json
import pathlib
import sys

import h5py

from scores import sections

# Along x, as shares of the width.
PARTS = {"left": (0, 0.6), "middle": (0.6, 0.75), "most": (0, 0.75), "right": (0.75, 1)}
REGIONS = {"left": "train", "middle": "validation", "right": "test"}
OTHERS = {"most": "train", "right": "validation"}


def cut(pair, folder):
    with h5py.File(pair) as file:
        images = {name: file[name][...] for name in ("low", "high")}
    width = images["low"].shape[-1]
    for part, edges in PARTS.items():
        start, stop = (round(edge * width) for edge in edges)
        with h5py.File(folder / f"{pair.stem}-{part}.h5", "w") as file:
            for name, image in images.items():
                file[name] = image[..., start:stop]


def entry(path, split):
    return {
        "id": path.stem, "split": split, "group": path.stem.split("_")[0],
        "input": {"file": str(path), "dataset": "/low"}, "target": {"file": str(path), "dataset": "/high"},
    }


def write(folder, images):
    folder.mkdir(parents=True, exist_ok=True)
    manifest = {"name": folder.name, "images": images, "model": {"scale": 1, "features": 16}, "training": json.loads(sys.argv[3]), "inference": {"orientations": 8}}
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n")
    print(folder.name)


def table(title, rows):
    """ROWS: name to the scores by method, each 'PSNR SSIM'."""
    methods = list(next(iter(rows.values())))
    print(f"| {title} | " + " | ".join({"network": "**srbatch**"}.get(method, method) for method in methods) + " |")
    print("|---" * (len(methods) + 1) + "|")
    for name, cells in rows.items():
        print(f"| {name} | " + " | ".join(cells[method] for method in methods) + " |")


if len(sys.argv) == 4:
    out = pathlib.Path(sys.argv[2]).resolve()
    pairs = sorted(pathlib.Path(sys.argv[1]).resolve().glob("*.h5"))
    (out / "pairs").mkdir(parents=True, exist_ok=True)
    for pair in pairs:
        cut(pair, out / "pairs")
    write(out / "regions", [entry(out / "pairs" / f"{pair.stem}-{part}.h5", use) for pair in pairs for part, use in REGIONS.items()])
    for tested in pairs:
        others = [entry(out / "pairs" / f"{pair.stem}-{part}.h5", use) for pair in pairs if pair != tested for part, use in OTHERS.items()]
        # One group: nothing of the tested kind may choose the classical methods' parameters.
        write(out / tested.stem, [{**image, "group": "all"} for image in [entry(tested, "test"), *others]])
else:
    found = {path.parent.name: sections(path) for path in sorted(pathlib.Path(sys.argv[1]).glob("*/scores.txt"))}
    _, columns, rows, _ = found.pop("regions")
    columns = columns if len(columns) > 1 else ["all"]
    table("right parts", {column: {method.removeprefix("* "): cells[i] for method, cells in rows.items()} for i, column in enumerate(columns)})
    print()
    left_out = {name: {method.removeprefix("* "): cells[0] for method, cells in rows.items()} for name, (_, _, rows, _) in found.items()}
    scores = [{method: [float(word) for word in cell.split()] for method, cell in cells.items()} for cells in left_out.values()]
    left_out["mean"] = {method: "{:.2f} {:.4f}".format(*(sum(row[method][i] for row in scores) / len(scores) for i in (0, 1))) for method in scores[0]}
    table("pair left out", left_out)
