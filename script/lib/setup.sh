# The set-up that every script shares: where things are, one set-up at a time, and the parts in the files beside this one.
# shellcheck shell=bash

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
LIB=$ROOT/script/lib
ARTIFACTS=$ROOT/artifacts
LOGS=$ARTIFACTS/logs
STAMPS=$ARTIFACTS/stamps
export ROOT LIB ARTIFACTS LOGS STAMPS

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1
export PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1
export MSBUILDDISABLENODEREUSE=1

# shellcheck source=script/lib/say.sh
. "$LIB/say.sh"
# shellcheck source=script/lib/packages.sh
. "$LIB/packages.sh"
# shellcheck source=script/lib/fingerprint.sh
. "$LIB/fingerprint.sh"
# shellcheck source=script/lib/dotnet.sh
. "$LIB/dotnet.sh"
# shellcheck source=script/lib/web.sh
. "$LIB/web.sh"

# Two scripts started at once would build into the same directories: the second one waits.
setup_lock() {
  mkdir -p "$ARTIFACTS"
  exec 9>"$ARTIFACTS/.setup.lock"
  if ! flock -n 9; then
    say "· another Parley script is setting up; waiting for it"
    flock -w 900 9 || die "the other set-up has held $ARTIFACTS/.setup.lock for 15 minutes"
  fi
}

setup_unlock() { exec 9>&-; }

# A step that is under way ends with its script.
STEP_PID=
trap '[ -z "$STEP_PID" ] || kill "$STEP_PID" 2>/dev/null; exit 130' INT
trap '[ -z "$STEP_PID" ] || kill "$STEP_PID" 2>/dev/null; exit 143' TERM
