"""Reads what `srbatch evaluate --baselines` printed."""
import re
import sys


def sections(path):
    """The test split of `srbatch evaluate --baselines`: its head, the groups, a row a method; then the lines on parameters."""
    lines = path.read_text().splitlines()
    start = next((i for i, line in enumerate(lines) if line.startswith("test:")), None)
    if start is None:
        sys.exit(f"{path}: no scores of the test split")
    columns = re.split(r"\s{2,}", lines[start + 1].strip())
    rows = {}
    for line in lines[start + 2:]:
        cells = re.split(r"\s{2,}", line.strip())
        if len(cells) != len(columns):
            break
        rows[cells[0]] = cells[1:]
    notes = [line for line in lines if line.startswith(("parameters for ", "failed: "))]
    return lines[start], columns[1:], rows, notes
