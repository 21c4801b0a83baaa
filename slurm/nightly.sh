#!/bin/bash
# Enhances new images in the watched folders: scan --since, plan, job array, report. A line of crontab:
#
#   15 3 * * *  /opt/srbatch/slurm/nightly.sh /home/me/srbatch-env.sh >>/home/me/nightly.log 2>&1
#
# or of scrontab, if Slurm has it:
#
#   #SCRON --time=01:00:00 --output=/home/me/nightly.log --open-mode=append
#   15 3 * * *  /opt/srbatch/slurm/nightly.sh /home/me/srbatch-env.sh
#
# The argument, or SRBATCH_ENV, is a copy of env.sh; default: the one beside this script. Unfinished nights are continued first. The
# only state is the run folders in SRBATCH_NIGHTS and the queue: if anything is interrupted, the next start does the rest. A night is
# finished when its report.txt exists. A night belongs to the owner of its folder: others leave it alone. See docs/slurm.md, "Every
# night".
#
# Exit code: 0; 65 if some images could not be read or failed; otherwise the code of the command that failed.

here=$(dirname "$(realpath "$0")")
if ! SRBATCH_ENV=$(realpath -e -- "${1:-${SRBATCH_ENV:-$here/env.sh}}"); then
  exit 78
fi
export SRBATCH_ENV
# Before set -u: site settings seldom work with it.
# shellcheck source=slurm/env.sh
. "$SRBATCH_ENV"
set -euo pipefail

# A log that takes no more, say on a full disk or because its reader has gone, must not end the night.
trap '' PIPE
say() { printf '%(%F %T)T %s\n' -1 "$*" || true; }

code=0
# note CODE: keeps the first exit code that is neither 0 nor 65; else 65 if there was one.
note() {
  if [ "$code" -eq 0 ] || [ "$code" -eq 65 ]; then
    [ "$1" -eq 0 ] || code=$1
  fi
}

# step VERB OPTION...: runs srbatch here, or where SRBATCH_STEP says.
step() { "${steps[@]}" "$SRBATCH" "$@" </dev/null; }

# went_on WHAT: true if srbatch's exit code in $state lets the night continue (0, or 65 for some images). srbatch has logged the reason.
went_on() {
  note "$state"
  case $state in
    0 | 65) ;;
    *) say "$1 ended with $state"; return 1 ;;
  esac
}

# job KIND NIGHT: prints the number of its job in the queue, if any.
job() {
  local number name
  while IFS='|' read -r number name; do
    if [ "$name" = "$(name "$1" "$2")" ]; then
      printf '%s' "$number"
      return
    fi
  done <<<"$queue"
}

# name KIND NIGHT: prints the job's name. The number distinguishes nights of the same name in different folders.
name() { printf 'srbatch-%s-%s-%s' "$1" "$2" "$tag"; }

# submit KIND NIGHT OPTION... SCRIPT [ARGUMENT...]: submits a job and sets number to its number.
submit() {
  local kind=$1 run=$nights/$2 log=infer-%a
  [ "$kind" = infer ] || log=$kind
  number=$(MANIFEST=$run/manifest.json RUN=$run sbatch --parsable --export=ALL --job-name="$(name "$kind" "$2")" \
    --output="${run//%/%%}/logs/$log.log" "${@:3}")
  number=${number%%;*}
}

submit_report() { submit report "$1" --dependency="afterany:$2" "${report_options[@]}" "$here/report.sbatch" "${collect[@]}"; }

# field NAME: prints a number from srbatch status --json.
field() { sed -n "s/^  \"$1\": \([0-9]*\),\{0,1\}\$/\1/p" <<<"$status"; }

# read_status NIGHT: sets status, for field.
read_status() {
  local state=0
  status=$(step status --quiet --run "$nights/$1" --json) || state=$?
  case $state in
    65 | 75) ;; # images failed or are left
    *) went_on "$1: srbatch status" ;;
  esac
}

# outputs NIGHT: prints the names of the enhanced images, sorted.
outputs() { find "$nights/$1/images" -maxdepth 1 -name '*.h5' -printf '%f\n' 2>/dev/null | LC_ALL=C sort; }

# verify NIGHT: says if outputs of a finished night have vanished. They are not made again unless somebody asks for it.
verify() {
  local night=$1 gone
  gone=$(LC_ALL=C comm -23 -- "$nights/$night/.outputs" <(outputs "$night") | wc -l)
  if [ "$gone" -gt 0 ]; then
    say "$night: outputs that have vanished since it finished: $gone (deleted, or purged by the site). To make them again, delete" \
      "$nights/$night/report.txt; SRBATCH_VERIFY_DAYS says how long finished nights are checked"
    note 65
  fi
}

# go_on NIGHT: does the next step for a night that is planned and has no report yet.
go_on() {
  local night=$1 run=$nights/$1 state=0 number status model left shards
  if [ ! -O "$run" ]; then
    say "$night: left to its owner, $(stat -c %U -- "$run")"
    return
  fi
  number=$(job infer "$night")
  if [ -n "$number" ]; then
    if [ -z "$(job report "$night")" ]; then
      submit_report "$night" "$number"
      say "$night: report submitted"
    else
      say "$night: still in the queue"
    fi
    return
  fi
  read_status "$night" || return 0
  left=$(field left) shards=$(field shards)
  if [ "${left:?}" -gt 0 ]; then
    model=$(<"$run/model")
    submit infer "$night" --array="0-$((${shards:?} - 1))%${SRBATCH_AT_ONCE:-8}" "${infer_options[@]}" \
      "$here/infer-array.sbatch" --model "$model"
    say "$night: $left images left, submitted as array $number of $shards"
    submit_report "$night" "$number"
    return
  fi
  step report --quiet --run "$run" "${collect[@]}" >"$run/.report.txt" || state=$?
  went_on "$night: srbatch report" || return 0
  outputs "$night" >"$run/.outputs" || true # without images there is no folder
  mv -- "$run/.report.txt" "$run/report.txt"
  say "$night: finished, $(field "done") images done$([ "$state" -eq 0 ] || printf ', some failed')"
}

# Makes a night of what is new. Its folder is hidden until it is planned, so that every visible night has a plan.
begin() {
  local new=$nights/.new state=0 found night images model
  # Without a model, every night would begin and none would end.
  for model in "${models[@]}"; do
    if [ ! -e "$model" ]; then
      say "SRBATCH_MODEL: $model does not exist"
      note 78
      return
    fi
  done
  if ! rm -rf -- "$new" || ! mkdir -p -- "$new/logs"; then
    say "$new cannot be made; it belongs to $(stat -c %U -- "$new" 2>&1)"
    note 74
    return
  fi
  printf '%s\n' "$SRBATCH_MODEL" >"$new/model"
  # Images with a target become test images: enhanced as all others, and scored.
  found=$(step scan "${watch[@]}" --out "$new/manifest.json" --since "$nights" --split 0/0/100 --quiet \
    "${scan_options[@]}") || state=$?
  went_on "srbatch scan" || return 0
  if [ ! -e "$new/manifest.json" ]; then
    rm -rf -- "$new"
    say "$found"
    return
  fi
  images=${found%% *}
  step plan --quiet --manifest "$new/manifest.json" --run "$new" \
    --shards "$((images < most ? images : most))" >/dev/null || state=$?
  went_on "srbatch plan" || return 0
  while night=$(date +%Y-%m-%dT%H%M%S) && [ -e "$nights/$night" ]; do
    sleep 1
  done
  mv -T -- "$new" "$nights/$night"
  say "$night: begun with $images images"
  go_on "$night"
}

: "${SRBATCH:=$([ ! -x "$here/../srbatch" ] || realpath "$here/../srbatch")}"
: "${SRBATCH:=srbatch}"
# Jobs need it, too.
export SRBATCH
for key in SRBATCH_WATCH SRBATCH_NIGHTS SRBATCH_MODEL; do
  if [ -z "${!key:-}" ]; then
    say "$SRBATCH_ENV sets no $key; see $here/env.sh"
    exit 78
  fi
done
IFS=: read -ra watch <<<"$SRBATCH_WATCH"
IFS=, read -ra models <<<"$SRBATCH_MODEL"
most=${SRBATCH_SHARDS:-16}
read -ra steps <<<"${SRBATCH_STEP:-}"
read -ra scan_options <<<"${SRBATCH_SCAN:-}"
read -ra infer_options <<<"${SRBATCH_SBATCH:-}"
read -ra report_options <<<"${SRBATCH_SBATCH_REPORT:-}"
collect=()
[ -z "${SRBATCH_COLLECT:-}" ] || collect=(--collect "$SRBATCH_COLLECT")
mkdir -p -- "$SRBATCH_NIGHTS"
nights=$(realpath -- "$SRBATCH_NIGHTS")
tag=$(cksum <<<"$nights")
tag=${tag%% *}

# One instance at a time. Children share the lock: while an sbatch outlives a killed script, no other instance runs.
if ! { exec 9>>"$nights/.lock"; } 2>/dev/null; then
  say "$nights/.lock cannot be written; it belongs to $(stat -c %U -- "$nights/.lock" 2>&1)"
  exit 74
fi
state=0
flock --nonblock --conflict-exit-code 75 9 || state=$?
case $state in
  0) ;;
  75) say "another nightly.sh is at work on $nights"; exit 0 ;;
  *) say "$nights/.lock cannot be locked"; exit 74 ;;
esac

# Read the queue before any status: a job that has left the queue has written all its output.
queue=$(squeue --noheader --user="$(id -un)" --format='%F|%j')

for run in "$nights"/*/; do
  run=${run%/}
  night=$(basename "$run")
  if [ ! -e "$run/plan.json" ]; then
    [ ! -e "$run/images" ] || say "$night: its plan.json has vanished. Its images count as new: restore it, or delete the folder"
  elif [ ! -e "$run/report.txt" ]; then
    go_on "$night"
  elif [ -O "$run" ] && [ -e "$run/.outputs" ] && [ "${SRBATCH_VERIFY_DAYS:-30}" -gt 0 ] \
    && [ -n "$(find "$run/report.txt" -mtime "-${SRBATCH_VERIFY_DAYS:-30}")" ]; then
    verify "$night"
  fi
done
begin
exit "$code"
