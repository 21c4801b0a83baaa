#!/usr/bin/env bash
# bench/few-pairs.sh PAIRS_DIR OUT
# For few and different pairs (*.h5 with /low and /high of one size), beside the classical methods, whose parameters are chosen on the validation parts:
# a training on the left of all pairs, tested on their right; then as many trainings as pairs, each on all but one, which it is tested on.
# Leaves OUT/few-pairs.md.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
binary=${SRBATCH_BINARY:-$here/../artifacts/srbatch/srbatch}
python=/usr/bin/python3
readonly threads=${THREADS:-2}
readonly training='{"loss": "l1", "nu": 1, "steps": 1000, "batch": 4, "patch": 64, "learningRate": 0.002, "validateEvery": 1000, "checkpointEvery": 1000}'

[ $# -eq 2 ] || { sed -n '2,5s/^# //p' "$0" >&2; exit 64; }
[ -x "$binary" ] || { echo "$binary does not exist. Run './build.sh publish', or set SRBATCH_BINARY." >&2; exit 69; }
mkdir -p "$2"
out=$(cd "$2" && pwd)
"$python" "$here/quality/folds.py" "$1" "$out" "$training" | while read -r fold; do
  if [ ! -e "$out/$fold/run/model.safetensors" ]; then
    echo "== $fold" >&2
    "$binary" train --quiet --manifest "$out/$fold/manifest.json" --run "$out/$fold/run" --threads "$threads" --device cpu </dev/null
  fi
  "$binary" infer --quiet --manifest "$out/$fold/manifest.json" --run "$out/$fold/run" --threads "$threads" --device cpu </dev/null
  "$binary" evaluate --quiet --baselines --manifest "$out/$fold/manifest.json" --run "$out/$fold/run" </dev/null >"$out/$fold/scores.txt"
done
"$python" "$here/quality/folds.py" "$out" | tee "$out/few-pairs.md"
