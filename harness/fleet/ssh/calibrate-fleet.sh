#!/usr/bin/env bash
# Calibrates machines over SSH, some at a time, and fetches what they found:
#
#   calibrate-fleet.sh HOSTS RESULTS [OPTION_OF_CALIBRATE...]
#   wasm-dyno profile merge RESULTS --policy p90
#
# HOSTS is a file with a host a line, as ssh takes it. The machines need Node 20.19 or newer. WASM_DYNO is the command there (npx
# fetches the package unless told), CORES a list for taskset, SIDE_BY_SIDE how many machines at a time. A machine that fails is named at the
# end, and the exit code is 1; the others are fetched. A machine of which results are there is passed over, so that it can be run again.
set -euo pipefail

if [ $# -lt 2 ]; then
  echo "usage: calibrate-fleet.sh HOSTS RESULTS [OPTION_OF_CALIBRATE...]" >&2
  exit 2
fi
hosts=$1 results=$2
shift 2
# Without options printf would make one of nothing.
options=
[ $# -eq 0 ] || options=$(printf ' %q' "$@")
program=${WASM_DYNO:-npx --yes wasm-dyno@0.1.0}
pinned=${CORES:+taskset --cpu-list $CORES }
mkdir -p "$results"
failed=$(mktemp)
trap 'rm -f "$failed"' EXIT

calibrate() {
  local host=$1
  local into="$results/${host//[^A-Za-z0-9.-]/_}"
  if [ -e "$into/profile.json" ]; then return; fi
  # The folder is the machine's own until it is fetched: a broken line loses nothing, and --out is new each time.
  local there
  if there=$(ssh -o BatchMode=yes "$host" 'mktemp -d') &&
    ssh -o BatchMode=yes "$host" "$pinned$program calibrate --quiet --out $there/run$options" &&
    scp -q -B -r "$host:$there/run" "$into.part" &&
    mv "$into.part" "$into"; then
    ssh -o BatchMode=yes "$host" "rm -r $there" || true
  else
    rm -rf "$into.part"
    echo "$host" >>"$failed"
  fi
}

running=0
# The last line may lack its end, and lines may end as Windows ends them.
while read -r host || [ -n "$host" ]; do
  host=${host%$'\r'}
  case $host in '' | '#'*) continue ;; esac
  if [ "$running" -ge "${SIDE_BY_SIDE:-8}" ]; then
    wait -n || true
    running=$((running - 1))
  fi
  calibrate "$host" </dev/null &
  running=$((running + 1))
done <"$hosts"
wait

if [ -s "$failed" ]; then
  echo "calibrate-fleet: failed on: $(paste -sd ' ' "$failed")" >&2
  exit 1
fi
