#!/usr/bin/env bash
# bench/gan.sh OUT [PAIRS_DIR]
# What the adversarial loss does: two trainings of the same steps, mse and gan, on simulated pairs (and on real ones of PAIRS_DIR, named as for
# bench/quality.sh), scored, with the power spectra of their test images beside the targets'. Leaves OUT/gan.md, and pictures of the simulated pairs.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
binary=${SRBATCH_BINARY:-$here/../artifacts/srbatch/srbatch}
python=/usr/bin/python3
readonly threads=${THREADS:-2}
readonly common='"steps": 2000, "batch": 4, "learningRate": 0.002, "validateEvery": 2000, "checkpointEvery": 2000'

[ $# -ge 1 ] || { sed -n '2,4s/^# //p' "$0" >&2; exit 64; }
[ -x "$binary" ] || { echo "$binary does not exist. Run './build.sh publish', or set SRBATCH_BINARY." >&2; exit 69; }
mkdir -p "$1"
out=$(cd "$1" && pwd)

# compare FOLDER: FOLDER/LOSS.json are manifests; one run each.
compare() {
  local loss
  for loss in mse gan; do
    if [ ! -e "$1/$loss/model.safetensors" ]; then
      echo "== $1: $loss" >&2
      TIMEFORMAT='%U %S'
      { time "$binary" train --quiet --manifest "$1/$loss.json" --run "$1/$loss" --threads "$threads" --device cpu 2>"$1/$loss.log"; } 2>"$1/$loss.cpu"
    fi
    "$binary" infer --quiet --manifest "$1/$loss.json" --run "$1/$loss" --split test --device cpu
    "$binary" report --quiet --run "$1/$loss" >"$1/$loss.txt" || [ $? -eq 75 ]
  done
}

mkdir -p "$out/simulated"
if [ ! -e "$out/simulated/data/manifest.json" ]; then
  "$binary" simulate --quiet --out "$out/simulated/data" --images 60 --size 256 --scale 2 --structure mixed --pair low-high-na --seed 7
fi
for loss in mse gan; do
  "$python" "$here/quality/with_training.py" "$out/simulated/data/manifest.json" "{\"loss\": \"$loss\", \"patch\": 64, $common}" >"$out/simulated/$loss.json"
done
compare "$out/simulated"
if [ $# -ge 2 ]; then
  for loss in mse gan; do
    "$python" "$here/quality/prepare.py" "$2" "$out/real" 1 "{\"loss\": \"$loss\", \"patch\": 64, $common}"
    mv "$out/real/manifest.json" "$out/real/$loss.json"
  done
  compare "$out/real"
fi
"$python" "$here/quality/spectra.py" "$out" | tee "$out/gan.md"
