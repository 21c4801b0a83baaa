#!/usr/bin/env bash
# bench/quality.sh [--skip-peer] PAIRS_DIR [OUT]
# Quality of srbatch beside classical methods and the same network in PyTorch: trains, enhances and scores at scale 1 and 2, prints a table in Markdown
# and leaves it in OUT/results.md (OUT: artifacts/quality). PAIRS_DIR: files *_FFF_C.h5, see bench/quality/prepare.py. What is done is not done again:
# OUT/xS/run while the settings stay the same, the peer's images in OUT/peer-xS always; delete them to have them made anew.
set -euo pipefail

# Ours. The peer's are in bench/peers/train_unet.py.
training() {
  printf '{"loss": "l1", "steps": 7500, "batch": 4, "patch": %d, "learningRate": 0.002, "checkpointEvery": 2500, "validateEvery": 2500}' $((64 * $1))
}
readonly threads=${THREADS:-2}
readonly scales=(1 2)

here=$(cd "$(dirname "$0")" && pwd)
binary=${SRBATCH_BINARY:-$here/../artifacts/srbatch/srbatch}
python=/usr/bin/python3
skip_peer=false
if [ "${1:-}" = --skip-peer ]; then
  skip_peer=true
  shift
fi
[ $# -ge 1 ] || { sed -n '2,5s/^# //p' "$0" >&2; exit 64; }
pairs=$1
out=${2:-$here/../artifacts/quality}
[ -x "$binary" ] || { echo "$binary does not exist. Run './build.sh publish', or set SRBATCH_BINARY." >&2; exit 69; }

# Images that cannot be read are named in the table's text and do not end the comparison.
allow_bad_images() { "$@" || [ $? -eq 65 ]; }

for scale in "${scales[@]}"; do
  folder=$out/x$scale run=$out/x$scale/run peer=$out/peer-x$scale
  mkdir -p "$folder"
  cp -f "$folder/manifest.json" "$folder/manifest.before" 2>/dev/null || true
  "$python" "$here/quality/prepare.py" "$pairs" "$folder" "$scale" "$(training "$scale")"
  if ! cmp -s "$folder/manifest.json" "$folder/manifest.before"; then
    rm -rf "$run" "$folder/cpu_seconds"
  fi
  rm -f "$folder/manifest.before"
  if [ ! -e "$run/model.safetensors" ]; then
    echo "== scale $scale: training" >&2
    TIMEFORMAT='%U %S'
    # A line an attempt: one that was interrupted counts too.
    { time "$binary" train --manifest "$folder/manifest.json" --run "$run" --threads "$threads" --device cpu 2>"$folder/train.log"; } 2>>"$folder/cpu_seconds" ||
      { cat "$folder/train.log" >&2; exit 1; }
  fi
  echo "== scale $scale: enhancing and scoring" >&2
  allow_bad_images "$binary" infer --quiet --manifest "$folder/manifest.json" --run "$run" --threads "$threads" --device cpu
  allow_bad_images "$binary" evaluate --quiet --manifest "$folder/manifest.json" --run "$run" --baselines >"$folder/baselines.txt"
  # The same model once more, in all orientations.
  rm -rf "$folder/turned"
  mkdir "$folder/turned"
  cp "$run/model.safetensors" "$folder/turned/"
  "$python" "$here/quality/with_training.py" "$folder/manifest.json" '' '' '{"orientations": 8}' >"$folder/turned.json"
  allow_bad_images "$binary" infer --quiet --manifest "$folder/turned.json" --run "$folder/turned" --split test --threads "$threads" --device cpu
  allow_bad_images "$binary" evaluate --quiet --manifest "$folder/manifest.json" --run "$run" --images "$folder/turned/images" >"$folder/turned.txt"
  if [ ! -e "$peer/training.json" ] && ! $skip_peer; then
    echo "== scale $scale: training the peer" >&2
    # Threads that wait spin as little as ours (src/SrBatch.Torch/Native/TorchRuntime.cs): beside other work that is most of their processor time.
    GOMP_SPINCOUNT=10000 "$python" "$here/peers/train_unet.py" "$folder/manifest.json" "$peer"
  fi
  if [ -e "$peer/training.json" ]; then
    allow_bad_images "$binary" evaluate --quiet --manifest "$folder/manifest.json" --run "$run" --images "$peer" >"$folder/peer.txt"
  fi
done
"$python" "$here/quality/table.py" "$out" "${scales[@]}" | tee "$out/results.md"
