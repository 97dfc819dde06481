# Hands over to the built server: this process becomes it, so that signals and the exit status are its own.
# shellcheck shell=bash

run_parley() {
  local argument
  for argument in "$@"; do
    case $argument in --data-dir | --data-dir=*) exec "$SERVER_BIN" "$@" ;; esac
  done
  exec "$SERVER_BIN" "$@" --data-dir "$ROOT/data"
}
