#!/usr/bin/env bash
# bench/leave-one-out.sh PAIRS_DIR OUT
# For few and different pairs (*.h5 with /low and /high of one size): as many trainings as pairs, each on patches of all but one, which is then enhanced
# and scored beside the classical methods. The parameters of those are chosen on the training pairs. Leaves OUT/leave-one-out.md.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
binary=${SRBATCH_BINARY:-$here/../artifacts/srbatch/srbatch}
python=/usr/bin/python3
readonly threads=${THREADS:-2}
readonly training='{"loss": "l1", "steps": 1000, "batch": 4, "patch": 64, "learningRate": 0.002, "validateEvery": 1000, "checkpointEvery": 1000}'

[ $# -eq 2 ] || { sed -n '2,4s/^# //p' "$0" >&2; exit 64; }
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
"$python" "$here/quality/folds.py" "$out" | tee "$out/leave-one-out.md"
