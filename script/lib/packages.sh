# Debian packages: installed when we are root, named when we are not. "a|b" accepts either and installs the first that exists.
# shellcheck shell=bash

package_installed() {
  [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# need_packages "what for" package…
need_packages() {
  local purpose=$1 wanted alternative missing=()
  shift
  if ! command -v dpkg-query >/dev/null; then
    warn "this is not a Debian system; $purpose needs what Debian calls: $*"
    return 0
  fi
  for wanted in "$@"; do
    for alternative in ${wanted//|/ }; do
      package_installed "$alternative" && continue 2
    done
    missing+=("$wanted")
  done
  [ ${#missing[@]} -eq 0 ] && return 0

  if [ "$(id -u)" -ne 0 ]; then
    say "error: $purpose needs Debian packages that are missing. As root:"
    say "  apt-get install --no-install-recommends ${missing[*]//|*/}"
    return 1
  fi
  install_packages "$purpose" "${missing[@]}"
}

install_packages() {
  local purpose=$1 wanted alternative chosen=()
  shift
  pick_packages "$@" || {
    step "Reading Debian's package lists" apt-get -o DPkg::Lock::Timeout=300 update || return 1
    pick_packages "$@" || die "Debian has no package for: $*"
  }
  local install=(env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends "${chosen[@]}")
  if ! step "Installing ${chosen[*]} ($purpose)" "${install[@]}"; then
    # Lists that are older than the archive name versions that are gone.
    step "Reading Debian's package lists" apt-get -o DPkg::Lock::Timeout=300 update || return 1
    step "Installing ${chosen[*]} ($purpose), again" "${install[@]}" || die "could not install: ${chosen[*]}"
  fi
}

# Fills chosen with the first alternative of each that the package lists know.
pick_packages() {
  chosen=()
  for wanted in "$@"; do
    for alternative in ${wanted//|/ }; do
      if apt-cache show "$alternative" >/dev/null 2>&1; then
        chosen+=("$alternative")
        continue 2
      fi
    done
    return 1
  done
}
