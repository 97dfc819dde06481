# What a script tells whoever started it: short lines for steps, the log's end when one fails.
# shellcheck shell=bash

# Everything that set-up says goes to stderr, so that a command's own output stays clean on stdout.
say() { printf '%s\n' "$*" >&2; }
warn() { say "warning: $*"; }
die() {
  say "error: $*"
  exit 1
}

# step "what it is" command…: runs it quietly, says every 15 s that it is still at it, shows the log's end on failure.
step() {
  local what=$1 log started pid ticker status=0
  shift
  mkdir -p "$LOGS"
  log="$LOGS/$(printf '%s' "$what" | tr -cs 'A-Za-z0-9' '-' | tr '[:upper:]' '[:lower:]' | sed 's/-*$//').log"
  started=$SECONDS
  say "· $what"
  # Descriptor 9 is the set-up lock: a build server that outlives this script must not keep it.
  "$@" >"$log" 2>&1 </dev/null 9>&- &
  pid=$!
  STEP_PID=$pid
  (
    while sleep 15 && kill -0 "$pid" 2>/dev/null; do say "  still at it after $((SECONDS - started)) s: $what"; done
  ) 9>&- </dev/null &
  ticker=$!
  wait "$pid" || status=$?
  # shellcheck disable=SC2034 # the traps in setup.sh read it
  STEP_PID=
  kill "$ticker" 2>/dev/null || true
  wait "$ticker" 2>/dev/null || true
  if [ "$status" -ne 0 ]; then
    say "  failed ($status) after $((SECONDS - started)) s; the end of $log:"
    tail -n "${STEP_LOG_LINES:-60}" "$log" | sed 's/^/  | /' >&2
    return "$status"
  fi
}

# The log that the last step of this name has written.
step_log() {
  printf '%s/%s.log' "$LOGS" "$(printf '%s' "$1" | tr -cs 'A-Za-z0-9' '-' | tr '[:upper:]' '[:lower:]' | sed 's/-*$//')"
}
