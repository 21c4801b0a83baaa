#!/bin/bash
# Enhances what is new in the watched folders: scan --since, plan, job array, report. As a line of crontab:
#
#   15 3 * * *  /opt/srbatch/slurm/nightly.sh /home/me/srbatch-env.sh >>/home/me/nightly.log 2>&1
#
# or of scrontab, where Slurm has it:
#
#   #SCRON --time=01:00:00 --output=/home/me/nightly.log --open-mode=append
#   15 3 * * *  /opt/srbatch/slurm/nightly.sh /home/me/srbatch-env.sh
#
# The argument, or SRBATCH_ENV, is a copy of env.sh; default: the one beside this script. Nights that are not finished are gone on with
# first. There is no state but the run folders in SRBATCH_NIGHTS and the queue: whatever is interrupted, the next start does the rest.
# A night is finished when its report.txt is there. docs/slurm.md, "Every night", has the rest.
#
# Ends with 0, with 65 when some images could not be read or failed, else with the code of what went wrong.

here=$(dirname "$(realpath "$0")")
if ! SRBATCH_ENV=$(realpath -e -- "${1:-${SRBATCH_ENV:-$here/env.sh}}"); then
  exit 78
fi
export SRBATCH_ENV
# Before -u: what sites load there is seldom made for it.
# shellcheck source=slurm/env.sh
. "$SRBATCH_ENV"
set -euo pipefail

say() { printf '%(%F %T)T %s\n' -1 "$*"; }

code=0
# Keeps the first code that is not 65, else 65.
note() {
  if [ "$code" -eq 0 ] || [ "$code" -eq 65 ]; then
    [ "$1" -eq 0 ] || code=$1
  fi
}

# went_on WHAT: whether srbatch's exit code in state lets the night go on: all images, or all but some. srbatch itself has said why not.
went_on() {
  note "$state"
  case $state in
    0 | 65) ;;
    *) say "$1 ended with $state"; return 1 ;;
  esac
}

# job KIND NIGHT: the number of its job in the queue, if any.
job() {
  local number name
  while IFS='|' read -r number name; do
    if [ "$name" = "$(name "$1" "$2")" ]; then
      printf '%s' "$number"
      return
    fi
  done <<<"$queue"
}

# name KIND NIGHT: of the job. The number keeps apart nights of the same name in different folders.
name() { printf 'srbatch-%s-%s-%s' "$1" "$2" "$tag"; }

# submit KIND NIGHT OPTION... SCRIPT [ARGUMENT...]: sets number to that of the job.
submit() {
  local kind=$1 run=$nights/$2 log=infer-%a
  [ "$kind" = infer ] || log=$kind
  number=$(MANIFEST=$run/manifest.json RUN=$run sbatch --parsable --export=ALL --job-name="$(name "$kind" "$2")" \
    --output="${run//%/%%}/logs/$log.log" "${@:3}")
  number=${number%%;*}
}

submit_report() { submit report "$1" --dependency="afterany:$2" "${report_options[@]}" "$here/report.sbatch" "${collect[@]}"; }

# field NAME: a number of srbatch status --json.
field() { sed -n "s/^  \"$1\": \([0-9]*\),\{0,1\}\$/\1/p" <<<"$status"; }

# What is next for a night that is planned and has no report yet.
go_on() {
  local night=$1 run=$nights/$1 state=0 number status model left shards
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
  status=$("$SRBATCH" status --quiet --run "$run" --json) || state=$?
  [ "$state" -ne 75 ] || state=0 # images are left
  went_on "$night: srbatch status" || return 0
  left=$(field left) shards=$(field shards)
  if [ "${left:?}" -gt 0 ]; then
    model=$(<"$run/model")
    submit infer "$night" --array="0-$((${shards:?} - 1))%$SRBATCH_AT_ONCE" "${infer_options[@]}" "$here/infer-array.sbatch" --model "$model"
    say "$night: $left images left, submitted as array $number of $shards"
    submit_report "$night" "$number"
    return
  fi
  "$SRBATCH" report --quiet --run "$run" "${collect[@]}" >"$run/.report.txt" || state=$?
  went_on "$night: srbatch report" || return 0
  mv -- "$run/.report.txt" "$run/report.txt"
  say "$night: finished, $(field "done") images done$([ "$state" -eq 0 ] || printf ', some failed')"
}

# What is new becomes a night: in a hidden folder until it is planned, so that every night has a plan.
begin() {
  local new=$nights/.new state=0 found night images model
  # Else every night would be begun and none would end.
  for model in "${models[@]}"; do
    if [ ! -e "$model" ]; then
      say "SRBATCH_MODEL: $model does not exist"
      note 78
      return
    fi
  done
  rm -rf -- "$new"
  mkdir -p -- "$new/logs"
  printf '%s\n' "$SRBATCH_MODEL" >"$new/model"
  # Images with a target become test images: enhanced as all others, and scored.
  found=$("$SRBATCH" scan "${watch[@]}" --out "$new/manifest.json" --since "$nights" --split 0/0/100 --quiet "${scan_options[@]}") || state=$?
  went_on "srbatch scan" || return 0
  if [ ! -e "$new/manifest.json" ]; then
    rm -rf -- "$new"
    say "$found"
    return
  fi
  images=${found%% *}
  "$SRBATCH" plan --quiet --manifest "$new/manifest.json" --run "$new" --shards "$((images < SRBATCH_SHARDS ? images : SRBATCH_SHARDS))" >/dev/null || state=$?
  went_on "srbatch plan" || return 0
  while night=$(date +%Y-%m-%dT%H%M%S) && [ -e "$nights/$night" ]; do
    sleep 1
  done
  mv -T -- "$new" "$nights/$night"
  say "$night: begun with $images images"
  go_on "$night"
}

IFS=: read -ra watch <<<"$SRBATCH_WATCH"
IFS=, read -ra models <<<"$SRBATCH_MODEL"
read -ra scan_options <<<"$SRBATCH_SCAN"
read -ra infer_options <<<"$SRBATCH_SBATCH"
read -ra report_options <<<"$SRBATCH_SBATCH_REPORT"
collect=()
[ -z "${SRBATCH_COLLECT:-}" ] || collect=(--collect "$SRBATCH_COLLECT")
mkdir -p -- "$SRBATCH_NIGHTS"
nights=$(realpath -- "$SRBATCH_NIGHTS")
tag=$(cksum <<<"$nights")
tag=${tag%% *}

# One at a time. Children share the lock: an sbatch that outlives a killed script is waited for.
exec 9>"$nights/.lock"
state=0
flock --nonblock --conflict-exit-code 75 9 || state=$?
case $state in
  0) ;;
  75) say "another nightly.sh is at work on $nights"; exit 0 ;;
  *) say "$nights/.lock cannot be locked"; exit 74 ;;
esac

# Before any status: a job that is not in the queue any more has written all that it will.
queue=$(squeue --noheader --user="$(id -un)" --format='%F|%j')

for plan in "$nights"/*/plan.json; do
  run=$(dirname "$plan")
  if [ -e "$plan" ] && [ ! -e "$run/report.txt" ]; then
    go_on "$(basename "$run")"
  fi
done
begin
exit "$code"
