"""Makes the table of bench/quality.sh from what srbatch printed.

table.py OUT SCALE...     reads OUT/xS/{baselines.txt,cpu_seconds,turned.txt,peer.txt} and OUT/peer-xS/training.json
"""
import json
import pathlib
import sys

from scores import sections

PEER = "PyTorch, U-Net of the same width on the target's grid"
TURNED = "srbatch, `orientations` 8"


def test_means(path, groups):
    """The means of `srbatch evaluate --images`: group in the first 20 characters, then split; scores from the right."""
    found = {}
    for line in path.read_text().splitlines():
        words = line[21:].split()
        if words[:1] == ["test"] and len(words) >= 8:
            found[line[:20].strip()] = f"{words[-6]} {words[-4]}"
    return [found.get(group, "") for group in groups]


def row(cells):
    return "| " + " | ".join(cells) + " |"


out = pathlib.Path(sys.argv[1])
for scale in sys.argv[2:]:
    folder = out / f"x{scale}"
    head, groups, rows, notes = sections(folder / "baselines.txt")
    seconds = [float(word) for line in (folder / "cpu_seconds").read_text().splitlines() for word in line.split()]
    minutes = {"network": f"{sum(seconds) / 60:.1f}"}
    rows[TURNED] = test_means(folder / "turned.txt", groups)
    if (folder / "peer.txt").exists():
        rows[PEER] = test_means(folder / "peer.txt", groups)
        minutes[PEER] = f"{json.loads((out / f'peer-x{scale}' / 'training.json').read_text())['cpu_minutes']:.1f}"
    print(f"## Scale {scale}\n\n{head}. PSNR in dB and SSIM; * the best classical method.\n")
    print(row(["method", *groups, "CPU-minutes of training"]))
    print("|---" * (len(groups) + 2) + "|")
    for method, cells in rows.items():
        print(row([{"network": "srbatch"}.get(method, method).replace("*", "\\*"), *cells, minutes.get(method, "")]))
    print("\n" + "\n".join(f"- {note}" for note in notes) + "\n")
