#!/usr/bin/env bash
# build.sh demo|test|publish|bench [NAME]|format [-p:Torch=cpu|cuda|site]
# Installs what a bare Debian or Ubuntu lacks; leaves the published binary in artifacts/srbatch/.
set -euo pipefail
cd "$(dirname "$0")"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 TERM="${TERM:-dumb}"

readonly artifacts=artifacts
readonly binary=$artifacts/srbatch/srbatch
readonly run_packages=(libhdf5-103-1)
readonly build_packages=(clang zlib1g-dev)
readonly test_packages=(python3-h5py python3-torch python3-yaml python3-scipy python3-pil chromium hdf5-tools hdf5-filter-plugin-blosc-serial shellcheck
  slurmctld slurmd slurm-client munge openmpi-bin libopenmpi3 mpich libmpich12 libpmix-dev)
readonly bench_packages=(time python3-torch python3-h5py python3-skimage python3-matplotlib openmpi-bin libopenmpi-dev mpich libmpich-dev)

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

format() { dotnet format SrBatch.sln "$@"; }

run_tests() {
  need "${test_packages[@]}"
  publish
  say "shellcheck"
  git ls-files '*.sh' .ci/run 'slurm/*.sbatch' | xargs -r shellcheck
  say "dotnet format"
  format --verify-no-changes
  local project output rc=0
  for project in SrBatch.Tests SrBatch.ClusterTests; do
    dotnet build "tests/$project" -c Release -v quiet -nodeReuse:false
  done
  output=$(mktemp)
  for project in SrBatch.Tests SrBatch.ClusterTests; do
    say "$project"
    SRBATCH_BINARY=$PWD/$binary "tests/$project/bin/Release/net10.0/linux-x64/$project" -noColor | tee -a "$output" || rc=$?
  done
  # xunit's summary, one a project: "Total: 32, Errors: 0, Failed: 0, Skipped: 0, ..."
  awk '/Total: [0-9]+, Errors: [0-9]+, Failed: [0-9]+/ {
         gsub(",", ""); for (i = 1; i < NF; i++) { if ($i == "Total:") t += $(i+1); if ($i == "Errors:") e += $(i+1); if ($i == "Failed:") f += $(i+1); if ($i == "Skipped:") s += $(i+1) } }
       END { printf "%d passed, %d failed\n", t - e - f - s, e + f }' "$output"
  rm -f "$output"
  return "$rc"
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
  test) run_tests ;;
  publish) shift; publish "$@" ;;
  bench) shift; bench "$@" ;;
  format) format ;;
  *) sed -n '2,3s/^# //p' "$0" >&2; exit 64 ;;
esac
