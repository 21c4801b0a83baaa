#!/usr/bin/env bash
# bench/trust.sh PAIRS_DIR CHANNEL [OTHER_DIR...]
# Does out_of_distribution tell which images a model does not know? Trains on one channel of PAIRS_DIR (files *_FFF_C.h5, see bench/quality/prepare.py), then
# enhances unseen fields of it, the same spoilt in ways that happen at microscopes, its other channels, and the images of each OTHER_DIR; prints a table in
# Markdown and leaves it in OUT/results.md. OUT: artifacts/trust. What is done is not done again: delete OUT/CHANNEL to begin anew.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
binary=${SRBATCH_BINARY:-$here/../artifacts/srbatch/srbatch}
python=/usr/bin/python3
[ $# -ge 2 ] || { sed -n '2,5s/^# //p' "$0" >&2; exit 64; }
[ -x "$binary" ] || { echo "$binary does not exist. Run './build.sh publish', or set SRBATCH_BINARY." >&2; exit 69; }
out=${OUT:-$here/../artifacts/trust}/$2
mkdir -p "$out"
export OMP_NUM_THREADS=${OMP_NUM_THREADS:-1}

"$python" "$here/trust/prepare.py" "$out" "$@"
[ -e "$out/run/model.safetensors" ] || "$binary" train --manifest "$out/train.json" --run "$out/run" --threads 1 --device cpu
"$binary" infer --quiet --manifest "$out/judge.json" --run "$out/judged" --model "$out/run/model.safetensors" --threads 1 --device cpu || [ $? -eq 65 ]
"$python" "$here/trust/table.py" "$out/judged/images" | tee "$out/results.md"
