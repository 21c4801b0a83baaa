"""What bench/trust.sh found. table.py QUALITY_PARQUET: a row a case, its planes against those of the case "unseen"."""
import sys

import numpy as np
import pandas as pd
from scipy import stats

rows = pd.read_parquet(sys.argv[1])
rows = rows[rows.out_of_distribution.notna()]
good = rows[rows.group == "unseen"]


def auc(bad):
    """Share of pairs of a bad and a good plane in which the bad one's value is higher: the area under the ROC curve (Mann-Whitney)."""
    ranks = stats.rankdata(np.r_[bad.out_of_distribution, good.out_of_distribution])[: len(bad)]
    return (ranks.sum() - len(bad) * (len(bad) + 1) / 2) / (len(bad) * len(good))


def line(name, part, judged=True):
    values, verdicts = part.out_of_distribution, part.verdict.value_counts()
    error = f"{part.nrmse.median():.3f}" if part.nrmse.notna().any() else ""
    print(f"| {name} | {len(part)} | {values.min():.2f} | {values.median():.2f} | {values.max():.2f} | {auc(part):.3f} |" if judged else
          f"| {name} | {len(part)} | {values.min():.2f} | {values.median():.2f} | {values.max():.2f} | |",
          " | ".join(str(verdicts.get(verdict, 0)) for verdict in ("pass", "warn", "fail")), "|", error, "|")


print("| case | planes | least | median | most | AUC | pass | warn | fail | median NRMSE |")
print("|---|---|---|---|---|---|---|---|---|---|")
line("unseen", good, judged=False)
names = [name for name in rows.group.unique() if name != "unseen"]
for kind in ("near", "far"):
    part = rows[rows.group.str.startswith(f"{kind}:")]
    if len(part):
        line(f"**{kind}, all**", part)
for name in sorted(names, key=lambda name: (not name.startswith("near"), not name.startswith("far"))):
    line(name, rows[rows.group == name])
scored = rows[rows.nrmse.notna()]
print()
for title, part in (("all with a target", scored), ("of them as recorded: unseen and near", scored[(scored.group == "unseen") | scored.group.str.startswith("near:")]), ("unseen alone", scored[scored.group == "unseen"])):
    if len(part) > 2:
        print(f"Spearman correlation of out_of_distribution with NRMSE, {title}: {stats.spearmanr(part.out_of_distribution, part.nrmse)[0]:.2f} ({len(part)} planes)")
