# Running one suite: a time limit, its output as it comes, and its counts taken from a report that a machine wrote.
# shellcheck shell=bash

RESULTS=$ARTIFACTS/test-results
SUITE_NAMES=()
SUITE_LINES=()
SUITE_FAILURES=()
PASSED=0
FAILED=0
SKIPPED=0
SUITE_PID=

# run_suite NAME SECONDS KIND REPORT command…
run_suite() {
  local name=$1 limit=$2 kind=$3 report=$4 log status=0 started=$SECONDS counts passed failed skipped note=
  shift 4
  mkdir -p "$RESULTS" "$LOGS"
  log=$LOGS/test-$name.log
  rm -f "$report"
  : >"$log"
  printf '\n== %s\n' "$name"
  # A session of its own, so that whatever the suite has started ends with it; and a file between it and our
  # output, so that a process it left behind cannot hold our output open.
  setsid timeout --kill-after=10 "$limit" "$@" >"$log" 2>&1 </dev/null &
  SUITE_PID=$!
  tail -n +1 --pid="$SUITE_PID" -s 0.2 -f "$log" &
  local tail_pid=$!
  wait "$SUITE_PID" || status=$?
  wait "$tail_pid" 2>/dev/null || true
  end_suite_processes

  if [ -s "$report" ] && counts=$(node "$LIB/count.mjs" "$kind" "$report"); then
    read -r passed failed skipped <<<"$counts"
    [ "$failed" -eq 0 ] || SUITE_FAILURES+=("$(node "$LIB/count.mjs" "$kind" "$report" failed 2>&1)")
  else
    passed=0 failed=1 skipped=0 note="no report was written"
  fi
  if [ "$status" -eq 124 ] || [ "$status" -eq 137 ]; then
    note="ended after its limit of $limit s; what it last said is in $log"
    failed=$((failed > 0 ? failed : 1))
  elif [ $((passed + failed + skipped)) -eq 0 ]; then
    note="it ran no test"
    failed=1
  elif [ "$status" -ne 0 ] && [ "$failed" -eq 0 ]; then
    note="its runner failed with status $status"
    failed=1
  fi
  suite_done "$name" "$passed" "$failed" "$skipped" $((SECONDS - started)) "$note"
}

suite_done() {
  PASSED=$((PASSED + $2)) FAILED=$((FAILED + $3)) SKIPPED=$((SKIPPED + $4))
  SUITE_NAMES+=("$1")
  SUITE_LINES+=("$(printf '%-14s %5d passed %4d failed %4d skipped %5d s  %s' "$1" "$2" "$3" "$4" "$5" "$6")")
}

end_suite_processes() {
  [ -n "$SUITE_PID" ] || return 0
  kill -TERM -- "-$SUITE_PID" 2>/dev/null && { sleep 0.5; kill -KILL -- "-$SUITE_PID" 2>/dev/null; }
  SUITE_PID=
  return 0
}

# check REPORT "what" command…: one check of a suite that is no test runner's. Exit status 77 says "skipped", the last line why.
check() {
  local report=$1 what=$2 output status=0
  shift 2
  output=$("$@" 2>&1 </dev/null) || status=$?
  case $status in
    0) printf 'passed\t%s\n' "$what" >>"$report" && printf 'ok       %s\n' "$what" ;;
    77) printf 'skipped\t%s\n' "$what" >>"$report" && printf 'skipped  %s: %s\n' "$what" "$(tail -n 1 <<<"$output")" ;;
    *)
      printf 'failed\t%s\n' "$what" >>"$report"
      printf 'FAILED   %s (status %s)\n' "$what" "$status"
      printf '  | %s\n' "${output//$'\n'/$'\n  | '}"
      ;;
  esac
}

summary() {
  # What failed is said once more at the end: a suite's own output may be megabytes further up.
  if [ ${#SUITE_FAILURES[@]} -gt 0 ]; then
    printf '\n== failures\n'
    printf '%s\n' "${SUITE_FAILURES[@]}"
  fi
  printf '\n== summary\n'
  printf '%s\n' "${SUITE_LINES[@]}"
  printf '\n%d passed, %d failed, %d skipped\n' "$PASSED" "$FAILED" "$SKIPPED"
}
