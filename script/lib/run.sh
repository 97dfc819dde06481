# Hands over to the built server: this process becomes it, so that signals and the exit status are its own.
# shellcheck shell=bash

# shellcheck source=script/lib/runtime.sh
. "$LIB/runtime.sh"

# Runs in the project's directory, where ./data and appsettings.json are; a relative --data-dir is meant from where the caller is.
run_parley() {
  local arguments=()
  while [ $# -gt 0 ]; do
    case $1 in
      --data-dir)
        [ $# -ge 2 ] || die "--data-dir needs a directory"
        arguments+=("$1" "$(realpath -ms "$2")")
        shift
        ;;
      --data-dir=*) arguments+=("--data-dir=$(realpath -ms "${1#*=}")") ;;
      *) arguments+=("$1") ;;
    esac
    shift
  done
  cd "$ROOT" || die "cannot enter $ROOT"
  exec "$SERVER_BIN" "${arguments[@]}"
}
