# The web side of set-up: Node.js, the packages of web/package-lock.json, and the built pages.
# shellcheck shell=bash

WEB=$ROOT/web
WEB_DIST=$WEB/dist

need_node() {
  local version
  if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
    die "Node.js 20.19 or later with npm is missing; see https://nodejs.org/en/download"
  fi
  version=$(node -p 'process.versions.node')
  node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' ||
    die "Node.js 20.19 or later is needed, this is $version; see https://nodejs.org/en/download"
}

# The stamp lives inside node_modules, so a directory that was removed or half written has none.
web_packages() {
  local print stamp=$WEB/node_modules/.parley-stamp
  print="$(content_fingerprint web/package.json web/package-lock.json) $(node -p 'process.versions.modules')"
  if [ "${1:-}" != again ] && [ "$(cat "$stamp" 2>/dev/null)" = "$print" ]; then return 0; fi
  rm -f "$stamp"
  step "Fetching the web app's packages" npm_ci || {
    rm -rf "$WEB/node_modules"
    step "Fetching the web app's packages, from scratch" npm_ci || die "npm ci failed in web/"
  }
  printf '%s\n' "$print" >"$stamp"
}

npm_ci() { (cd "$WEB" && exec npm ci --no-audit --no-fund --prefer-offline); }

web_build() {
  local print
  print=$(fingerprint web)
  if stamp_matches web-dist "$print" && [ -f "$WEB_DIST/index.html" ]; then return 0; fi
  stamp_forget web-dist
  web_packages
  step "Building the web app" npm_run build || {
    say "  trying once more with fresh packages"
    web_packages again
    step "Building the web app" npm_run build || die "the web app does not build"
  }
  stamp_write web-dist "$print"
}

npm_run() { (cd "$WEB" && exec npm run --silent "$@"); }
