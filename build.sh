#!/usr/bin/env bash
# build.sh demo|test [fast]|publish|bench [NAME]|format [-p:Torch=cpu|cuda|site]
# Installs what a bare Debian or Ubuntu lacks; leaves the published binary in artifacts/srbatch/.
# test runs everything; test fast the unit tests alone, without the published binary and Slurm. Both leave their logs in artifacts/tests/.
set -euo pipefail
cd "$(dirname "$0")"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 TERM="${TERM:-dumb}"

readonly artifacts=artifacts
readonly binary=$artifacts/srbatch/srbatch
readonly run_packages=(libhdf5-103-1)
readonly build_packages=(clang zlib1g-dev)
readonly unit_packages=(python3-h5py python3-torch python3-yaml python3-scipy python3-pil hdf5-tools hdf5-filter-plugin-blosc-serial
  openmpi-bin libopenmpi3 mpich libmpich12)
readonly test_packages=("${unit_packages[@]}" chromium shellcheck slurmctld slurmd slurm-client munge libpmix-dev)
readonly bench_packages=(time python3-torch python3-h5py python3-skimage python3-matplotlib openmpi-bin libopenmpi-dev mpich libmpich-dev)

usage() {
  sed -n '2,4s/^# //p' "$0" >&2
  exit 64
}

say() { printf '== %s\n' "$*" >&2; }

# need PACKAGE...: installs those that are missing, or names them and stops.
need() {
  local missing=() package
  for package in "$@"; do
    # The version in a library package's name differs between releases; any of its family serves.
    case $package in
      # grep reads to the end: were it to stop early, ldconfig would fail, and with it the line.
      libhdf5-*) ldconfig -p | grep 'libhdf5\(_serial\)\?\.so' >/dev/null && continue ;;
      clang) command -v clang >/dev/null && continue ;;
      shellcheck) command -v shellcheck >/dev/null && continue ;;
      *) dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' && continue ;;
    esac
    missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return
  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    if ! sudo -n true 2>/dev/null; then
      say "missing: ${missing[*]}. Install them (apt-get install ${missing[*]}; on EL: dnf install hdf5 clang zlib-devel) and run this again."
      exit 69
    fi
    as_root=(sudo)
  fi
  command -v apt-get >/dev/null || { say "missing: ${missing[*]}, and there is no apt-get to install them; on EL: dnf install hdf5 clang zlib-devel"; exit 69; }
  say "installing ${missing[*]}"
  export DEBIAN_FRONTEND=noninteractive
  "${as_root[@]}" apt-get -o DPkg::Lock::Timeout=500 -qq update
  local found=() candidate
  for package in "${missing[@]}"; do
    candidate=$package
    # Debian 12 and Ubuntu 22.04 have libhdf5-103*, later releases libhdf5-310.
    if [[ $package == libhdf5-* ]] && ! apt-cache show "$package" >/dev/null 2>&1; then
      candidate=$(apt-cache pkgnames libhdf5- | grep -E '^libhdf5-[0-9]+(-1)?(t64)?$' | sort -V | tail -n 1)
    fi
    found+=("$candidate")
  done
  install_quietly
}

# Installs $found as $as_root, both need's. The tests start daemons of their own: those that come with packages (munge) are not to be started.
install_quietly() (
  policy=/usr/sbin/policy-rc.d # says no for as long as it takes, unless the machine has its own
  if [ ! -e "$policy" ]; then
    trap '"${as_root[@]}" rm -f "$policy"' EXIT
    printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$policy" >/dev/null
    "${as_root[@]}" chmod a+rx "$policy"
  fi
  "${as_root[@]}" apt-get -o DPkg::Lock::Timeout=500 -qq install -y --no-install-recommends "${found[@]}" >/dev/null
)

# Builds into a folder beside the final one and swaps: a failed or killed build leaves the old artifact whole.
publish() {
  need "${run_packages[@]}" "${build_packages[@]}"
  mkdir -p "$artifacts"
  local staging=$artifacts/.srbatch.$$
  rm -rf "$artifacts"/.srbatch.*
  say "publishing srbatch (Native AOT)"
  dotnet publish src/SrBatch.Worker -c Release -o "$staging" -nodeReuse:false -v quiet "$@"
  # Debug symbols, API docs, and parts of libtorch that only Python and its own tests load.
  rm -f "$staging"/*.pdb "$staging"/*.xml "$staging"/*.dbg "$staging"/libtorch_python.so "$staging"/libtorchbind_test.so \
    "$staging"/libjitbackend_test.so "$staging"/libbackend_with_compiler.so "$staging"/libaoti_custom_ops.so "$staging"/libnnapi_backend.so
  chmod a+x "$staging/srbatch"
  rm -rf "$artifacts/srbatch"
  mv "$staging" "$artifacts/srbatch"
  say "$binary"
}

format() { dotnet format SrBatch.sln; }

# Jobs of the tests: each runs beside the others, and its log is printed whole when its turn comes.
readonly logs=$artifacts/tests
declare -A job=()
failed=0

# start NAME COMMAND...
start() {
  local name=$1
  shift
  # A process group of its own, so that all of it can be ended. The file says how it ended, and after how many seconds.
  set -m
  (
    SECONDS=0
    trap 'echo "$? $SECONDS" >"$logs/$name.end"' EXIT
    "$@"
  ) >"$logs/$name.log" 2>&1 </dev/null &
  set +m
  job[$name]=$!
}

# finish NAME...: waits for them and prints their logs.
finish() {
  local name code seconds
  for name in "$@"; do
    wait "${job[$name]}" || failed=1
    unset "job[$name]"
    code=killed seconds='?'
    [ ! -e "$logs/$name.end" ] || read -r code seconds <"$logs/$name.end"
    say "$name: exit $code after $seconds s"
    cat "$logs/$name.log"
  done
}

end_jobs() {
  local pid
  for pid in "${job[@]}"; do kill -- "-$pid" 2>/dev/null || true; done
  wait
}

# tests NAME PROJECT OPTION...: runs the built tests of a project; NAME is that of the results.
tests() {
  local name=$1 project=$2
  shift 2
  SRBATCH_BINARY=$PWD/$binary "tests/$project/bin/Release/net10.0/linux-x64/$project" -noColor -xml "$logs/$name.xml" "$@"
}

# The unit tests in two halves that take about as long; what is new falls to the second. One thread each: libtorch's threads spin while
# they wait for each other (TrainerTests on 2 processors: 28 s of their time with two threads, 18 s with one).
readonly training=('SrBatch.Tests.Torch.TrainerTests' 'SrBatch.Tests.Torch.Training.*' 'SrBatch.Tests.Torch.Registration.*')
start_units() {
  local class those=() others=(-class- 'SrBatch.Tests.EndToEnd.*')
  for class in "${training[@]}"; do
    those+=(-class "$class")
    others+=(-class- "$class")
  done
  OMP_NUM_THREADS=1 start training tests training SrBatch.Tests "${those[@]}"
  OMP_NUM_THREADS=1 start units tests units SrBatch.Tests "${others[@]}"
}

check_scripts() { git ls-files '*.sh' .ci/run 'slurm/*.sbatch' | xargs -r shellcheck; }

# The slowest tests, and the last line that scripts read.
summarise() {
  say "slowest tests, in seconds"
  # Read to the end, where head would end the others before their time.
  cat "$logs"/*.xml 2>/dev/null | grep -o '<test [^>]*>' | sed 's/.* name="\([^"]*\)".* time="\([0-9]*\.[0-9]\).*/\2 \1/' | sort -rn |
    awk 'NR <= 20' | sed 's/\\*&quot;/"/g; s/&lt;/</g; s/&gt;/>/g; s/&amp;/\&/g' >&2 || true
  # xunit's summary, one a run: "Total: 32, Errors: 0, Failed: 0, Skipped: 0, ..."
  cat "$logs"/*.log | awk '/Total: [0-9]+, Errors: [0-9]+, Failed: [0-9]+/ {
         gsub(",", "")
         for (i = 1; i < NF; i++) n[$i] += $(i + 1)
       }
       END { failed = n["Errors:"] + n["Failed:"]; printf "%d passed, %d failed\n", n["Total:"] - failed - n["Skipped:"], failed }'
  return "$failed"
}

prepare_tests() {
  rm -rf "$logs"
  mkdir -p "$logs"
  trap end_jobs EXIT
  trap 'exit 130' INT TERM
}

# Units run while the binary is published, end-to-end tests beside the jobs of Slurm, which mostly wait.
run_tests() {
  need "${run_packages[@]}" "${build_packages[@]}" "${test_packages[@]}"
  prepare_tests
  say "building"
  dotnet build SrBatch.sln -c Release -v quiet -nodeReuse:false
  start publish publish
  start_units
  start shellcheck check_scripts
  start format dotnet format SrBatch.sln --verify-no-changes --no-restore
  finish publish
  if [ "$failed" = 0 ]; then
    start end-to-end tests end-to-end SrBatch.Tests -class 'SrBatch.Tests.EndToEnd.*'
    start cluster tests cluster SrBatch.ClusterTests
    finish training units end-to-end cluster
  else
    finish training units
  fi
  finish shellcheck format
  summarise
}

run_unit_tests() {
  need "${run_packages[@]}" "${build_packages[@]}" "${unit_packages[@]}"
  prepare_tests
  say "building"
  dotnet build tests/SrBatch.Tests -c Release -v quiet -nodeReuse:false
  start_units
  finish training units
  summarise
}

demo() {
  publish "$@"
  local folder=$artifacts/demo
  rm -rf "$folder"
  say "simulating pairs"
  "$binary" simulate --out "$folder/data" --images 70 --size 192 --scale 2 --structure filaments --pair low-high-na --seed 1
  say "training"
  "$binary" train --manifest manifests/demo.json --run "$folder/run"
  say "enhancing and scoring the held-out images"
  "$binary" infer --manifest manifests/demo.json --run "$folder/run"
  "$binary" report --run "$folder/run"
  say "images: $folder/run/images   scores: $folder/run/quality.parquet   model: $folder/run/model.safetensors"
  say "open in a browser: $PWD/$folder/run/report.html"
}

bench() {
  need "${run_packages[@]}" "${bench_packages[@]}"
  [ -x "$binary" ] || publish
  dotnet run --project bench/SrBatch.Bench -c Release -- "$@"
}

case "${1:-}" in
  demo) shift; demo "$@" ;;
  test)
    case "${2:-}" in
      '') run_tests ;;
      fast) run_unit_tests ;;
      *) usage ;;
    esac ;;
  publish) shift; publish "$@" ;;
  bench) shift; bench "$@" ;;
  format) format ;;
  *) usage ;;
esac
