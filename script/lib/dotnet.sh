# The .NET side of set-up: the SDK, and builds that are skipped when no source has changed.
# shellcheck shell=bash

# shellcheck disable=SC2034 # script/test builds from it
DOTNET_SOURCES=(src tests bench samples web/typegen Directory.Build.props Directory.Packages.props Parley.slnx global.json .editorconfig)

# A set-up leaves no build server behind on the machine that is to run Parley; script/test, which builds much, keeps it.
DOTNET_BUILD_ARGUMENTS=(-p:UseSharedCompilation=false)

need_dotnet() {
  if ! command -v dotnet >/dev/null; then
    [ -x "$HOME/.dotnet/dotnet" ] && PATH=$HOME/.dotnet:$PATH
  fi
  command -v dotnet >/dev/null || die "the .NET 10 SDK is missing; see https://dotnet.microsoft.com/download/dotnet/10.0"
  (cd "$ROOT" && dotnet --version >/dev/null 2>&1) ||
    die "the .NET 10 SDK is missing (found: $(dotnet --list-sdks 2>/dev/null | tr '\n' ' ')); see https://dotnet.microsoft.com/download/dotnet/10.0"
  # Programs that we start by their own name look here for the runtime.
  DOTNET_ROOT=${DOTNET_ROOT:-$(dirname "$(readlink -f "$(command -v dotnet)")")}
  export DOTNET_ROOT
}

# dotnet_build NAME "what" TARGET CONFIGURATION SOURCE…: builds when a source has changed since the stamp NAME.
dotnet_build() {
  local name=$1 what=$2 target=$3 configuration=$4 print
  shift 4
  print="$(fingerprint "$@") $configuration $(cd "$ROOT" && dotnet --version)"
  if stamp_matches "$name" "$print" && [ -d "$ARTIFACTS/bin" ]; then return 0; fi
  stamp_forget "$name"
  if ! STEP_LOG_LINES=40 step "$what" dotnet_build_once "$target" "$configuration"; then
    # The compiler's own complaints are final; anything else may be the rest of a build that was interrupted.
    if grep -qE 'error (CS|CA|MA|IDE|RS|xUnit)[0-9]+' "$(step_log "$what")"; then return 1; fi
    say "  trying once more without what earlier builds have left"
    rm -rf "${ARTIFACTS:?}/obj" "${ARTIFACTS:?}/bin"
    rm -f "$STAMPS"/dotnet-*
    step "$what" dotnet_build_once "$target" "$configuration" || return 1
  fi
  stamp_write "$name" "$print"
}

dotnet_build_once() {
  (
    cd "$ROOT" || exit 1
    locked=()
    [ "${CI:-}" = true ] && locked=(-p:RestoreLockedMode=true)
    exec dotnet build "$1" -c "$2" --nologo -v quiet -nodeReuse:false "${DOTNET_BUILD_ARGUMENTS[@]}" "${locked[@]}"
  )
}

SERVER_BIN=$ARTIFACTS/bin/Parley.Server/release/parley

build_server() {
  [ -x "$SERVER_BIN" ] || stamp_forget dotnet-server
  dotnet_build dotnet-server "Building the server" src/Parley.Server/Parley.Server.csproj Release \
    src Directory.Build.props Directory.Packages.props global.json .editorconfig ||
    die "the server does not build"
}

# What the server needs at run time: SQLite for its database, OpenSSL and roots for HTTPS.
need_runtime_packages() { need_packages "the server" libsqlite3-0 "libssl3t64|libssl3" ca-certificates; }
