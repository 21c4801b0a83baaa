#!/usr/bin/env bash
# bench/gpu-check.sh BINARY_FOLDER OUT [--device cuda|cpu]
# Whether srbatch works on this machine's GPU, whether its results are the CPU's, and how fast it is beside PyTorch's bare convolutions. BINARY_FOLDER is what
# './build.sh publish -p:Torch=site' leaves; libtorch and libhdf5 are those of Python's torch (2.10) and h5py (PYTHON, default python3).
# Leaves OUT/gpu-check.md. Each step is tried, whatever became of those before; ends with 1 when one failed. --device cpu: small sizes, to try the script itself.
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
python=${PYTHON:-python3}
[ $# -eq 2 ] || { [ $# -eq 4 ] && [ "$3" = --device ]; } || { sed -n '2,5s/^# //p' "$0" >&2; exit 64; }
device=${4:-cuda}
binary=$(cd "$1" && pwd)/srbatch
[ -x "$binary" ] || { echo "$binary does not exist. Run './build.sh publish -p:Torch=site'." >&2; exit 69; }
mkdir -p "$2" && out=$(cd "$2" && pwd) || exit 74
rm -rf "${out:?}"/{data,run,infer-*,*.log,*.h5,one,many,large,results}

if [ "$device" = cuda ]; then
  side=1024 count=64 large=8192 floor=2048 features=32 steps=200 threads=$(nproc)
else
  side=128 count=12 large=512 floor=256 features=8 steps=60 threads=2
fi
readonly results=$out/results pieces=$(((large / floor) * (large / floor)))
failed=0

row() { printf '| %s | %s |\n' "$1" "$2" | tee -a "$results"; }

# step NAME COMMAND...: its output goes to OUT/NAME.log; a failure is a row and the exit code.
step() {
  local name=$1 rc=0
  shift
  "$@" >"$out/$name.log" 2>&1 </dev/null || rc=$?
  if [ "$rc" -ne 0 ]; then
    failed=1
    row "$name" "**failed** with $rc: $(tail -n 1 "$out/$name.log" | tr '|' ' ')"
  fi
  return "$rc"
}

# seconds COMMAND...: wall-clock time, on the last line of the output.
# shellcheck disable=SC2317 # step calls it
seconds() {
  local begun
  begun=$(date +%s.%N)
  "$@" || return
  awk -v a="$begun" -v b="$(date +%s.%N)" 'BEGIN { printf "%.3f\n", b - a }'
}

last() { tail -n 1 "$out/$1.log" 2>/dev/null; }
percent() { awk -v a="$1" -v b="$2" 'BEGIN { if (b > 0) printf "%.0f %%", 100 * a / b; else printf "unknown" }'; }

# manifest GLOB: one that enhances the files.
manifest() { printf '{"images": [{"glob": "%s", "split": "infer", "input": {"dataset": "/low"}}], "model": {"network": "unet", "scale": 1, "features": %d}}\n' "$1" "$features"; }

# infer NAME FILES DEVICE PRECISION: into OUT/infer-NAME.
infer() {
  rm -rf "$out/infer-$1"
  manifest "$out/$2" >"$out/infer-$1.json"
  step "infer-$1" seconds "$binary" infer --manifest "$out/infer-$1.json" --run "$out/infer-$1" --model "$out/run/model.safetensors" --device "$3" --precision "$4" --threads "$threads"
}

# agree NAME LIMIT: of OUT/infer-NAME with the CPU's; more than LIMIT percent fails.
agree() {
  step "agreement-$1" "$python" "$here/peers/agreement.py" "$out/infer-$1" "$out/infer-cpu" || return 0
  if awk -v found="$(last "agreement-$1")" -v limit="$2" 'BEGIN { exit !(found <= limit) }'; then
    row "agreement of $1 with the CPU in fp32" "largest difference $(last "agreement-$1") % of the range ($2 % are allowed)"
  else
    failed=1
    row "agreement of $1 with the CPU in fp32" "**failed**: largest difference $(last "agreement-$1") % of the range, $2 % are allowed"
  fi
}

if [ ! -e "$(dirname "$binary")/libtorch_cpu.so" ]; then
  SRBATCH_TORCH=$("$python" -c 'import os, torch; print(os.path.join(os.path.dirname(torch.__file__), "lib"))') || exit 69
  export SRBATCH_TORCH
fi
# The wheel of h5py carries its own libhdf5; without one srbatch looks for the machine's.
hdf5=$("$python" -c 'import glob, os, h5py; print("".join(sorted(glob.glob(os.path.join(os.path.dirname(h5py.__file__), "..", "h5py.libs", "libhdf5-*")))[:1]))')
[ -z "$hdf5" ] || export SRBATCH_HDF5=$hdf5

: >"$results"
if step doctor "$binary" doctor --device "$device"; then
  for part in hdf5 libtorch device; do row "$part" "$(sed -n "s/^$part *//p" "$out/doctor.log")"; done
fi
nccl=$(sed -n 's/^nccl *//p' "$out/doctor.log")
case $nccl in
  *works*) row "NCCL, one rank" "$nccl" ;;
  *)
    if [ "$device" = cpu ]; then
      row "NCCL, one rank" "$nccl"
    else
      failed=1
      row "NCCL, one rank" "**failed**: $nccl"
    fi
    ;;
esac

step simulate "$binary" simulate --out "$out/data" --images 16 --size 256 --scale 1 --seed 1
step manifest sh -c "'$python' '$here/quality/with_training.py' '$out/data/manifest.json' '{\"loss\": \"l1\", \"steps\": $steps, \"batch\": 8, \"patch\": 128, \"checkpointEvery\": $steps}' '{\"features\": $features}' >'$out/train.json'"
if step train seconds "$binary" train --manifest "$out/train.json" --run "$out/run" --device "$device" --threads "$threads"; then
  row "train, $steps steps of 8 x 128 x 128, $features features" "$(last train) s from start to end"
fi

mkdir -p "$out/one" "$out/many" "$out/large"
step images "$python" "$here/peers/noisy_planes.py" "$out/many/image" "$side" "$count" && cp "$out/many/image0.h5" "$out/one/"
step large-image "$python" "$here/peers/noisy_planes.py" "$out/large/image.h5" "$large"

infer cpu 'one/*.h5' cpu fp32
for precision in fp32 bf16; do
  infer "one-$precision" 'one/*.h5' "$device" "$precision" && agree "one-$precision" "$([ "$precision" = fp32 ] && echo 1 || echo 5)"
  step "floor-$precision" "$python" "$here/peers/conv_floor.py" "$features" "$side" "$precision" "$device"
  if infer "many-$precision" 'many/*.h5' "$device" "$precision"; then
    # Beyond the first, which the start belongs to.
    each=$(awk -v all="$(last "infer-many-$precision")" -v one="$(last "infer-one-$precision")" -v n="$count" 'BEGIN { printf "%.2f", 1000 * (all - one) / (n - 1) }')
    row "infer, $count images of $side x $side, $precision" "$each ms an image, $(awk -v ms="$each" 'BEGIN { printf "%.1f", (ms > 0 ? 1000 / ms : 0) }') images/s; convolutions alone $(last "floor-$precision") ms: $(percent "$(last "floor-$precision")" "$each") of their speed"
  fi
  step "floor-large-$precision" "$python" "$here/peers/conv_floor.py" "$features" "$floor" "$precision" "$device"
  if infer "large-$precision" 'large/*.h5' "$device" "$precision"; then
    ms=$(sed -n 's/.* tiles, \([0-9.]*\) s.*/\1/p' "$out/infer-large-$precision.log" | awk '{ print 1000 * $1 }')
    least=$(awk -v ms="$(last "floor-large-$precision")" -v n="$pieces" 'BEGIN { printf "%.1f", ms * n }')
    row "infer, one image of $large x $large, $precision" "$ms ms; convolutions alone $least ms ($pieces times those of $floor x $floor): $(percent "$least" "$ms") of their speed"
  fi
done

{
  printf '# %s, %s\n\n' "$(date -u +%F)" "$device"
  printf '%s; %s; Python torch %s.\n' "$(nvidia-smi --query-gpu=name,driver_version --format=csv,noheader 2>/dev/null | sed 's/, /, driver /' | paste -sd ';' || true)" \
    "$("$binary" --version)" "$("$python" -c 'import torch; print(torch.__version__, "with CUDA", torch.version.cuda)')"
  printf 'Images uint16 with shuffle and gzip 4; times from file to file.\n\n| step | result |\n|---|---|\n'
  cat "$results"
} >"$out/gpu-check.md"
echo "$out/gpu-check.md"
exit "$failed"
