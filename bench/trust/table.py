"""What bench/trust.sh found. table.py IMAGES_DIR: a row a case, its planes against those of the case "unseen"."""
import json
import pathlib
import sys

import h5py
import numpy as np
from scipy import stats

VERDICTS = ("pass", "warn", "fail")
rows = []
for path in sorted(pathlib.Path(sys.argv[1]).glob("*.h5")):
    with h5py.File(path) as file:
        rows += json.loads(file["sr"].attrs["quality"])
rows = [row for row in rows if "out_of_distribution" in row]
cases = {}
for row in rows:
    cases.setdefault(row["group"], []).append(row)
good = cases.pop("unseen")


def distances(part):
    return np.array([row["out_of_distribution"] for row in part])


def auc(bad):
    """Share of pairs of a bad and a good plane in which the bad one's value is higher: the area under the ROC curve (Mann-Whitney)."""
    ranks = stats.rankdata(np.r_[distances(bad), distances(good)])[: len(bad)]
    return (ranks.sum() - len(bad) * (len(bad) + 1) / 2) / (len(bad) * len(good))


def line(name, part):
    values, errors = distances(part), [row["nrmse"] for row in part if "nrmse" in row]
    verdicts = [sum(row["verdict"] == verdict for row in part) for verdict in VERDICTS]
    cells = [name, len(part), *(f"{value:.2f}" for value in (values.min(), np.median(values), values.max())),
             "" if part is good else f"{auc(part):.3f}", *verdicts, f"{np.median(errors):.3f}" if errors else ""]
    print("|", " | ".join(map(str, cells)), "|")


print("| case | planes | least | median | most | AUC | pass | warn | fail | median NRMSE |")
print("|---|---|---|---|---|---|---|---|---|---|")
line("unseen", good)
near, far = ([row for name, part in cases.items() if name.startswith(kind) for row in part] for kind in ("near:", "far:"))
for name, part in (("**near, all**", near), ("**far, all**", far)):
    if part:
        line(name, part)
for name in sorted(cases, key=lambda name: (not name.startswith("near:"), not name.startswith("far:"))):
    line(name, cases[name])
print()
for title, part in (("everything with a target", good + [row for part in cases.values() for row in part]), ("as recorded: unseen and near", good + near), ("unseen alone", good)):
    scored = [row for row in part if "nrmse" in row]
    if len(scored) > 2:
        rank = stats.spearmanr(distances(scored), [row["nrmse"] for row in scored])[0]
        print(f"Spearman correlation of out_of_distribution and NRMSE, {title}: {rank:.2f} ({len(scored)} planes)")
