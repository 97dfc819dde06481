# Stamps: a step is skipped when the files that it depends on are as they were when it last succeeded.
# shellcheck shell=bash

# Names, sizes and times of all files below the given paths (relative to the root), without what builds and tools write there.
fingerprint() {
  (
    cd "$ROOT" || exit 1
    local path existing=()
    for path in "$@"; do [ -e "$path" ] && existing+=("$path"); done
    [ ${#existing[@]} -eq 0 ] && exit 0
    find "${existing[@]}" \( -name node_modules -o -name dist -o -name bin -o -name obj -o -name coverage -o -name .vite \) -prune \
      -o -type f -printf '%p %s %T@\n' | LC_ALL=C sort
  ) | sha256sum | cut -d' ' -f1
}

# The same by content, for files that a checkout may touch without changing them.
content_fingerprint() {
  (cd "$ROOT" && cat -- "$@" 2>/dev/null) | sha256sum | cut -d' ' -f1
}

stamp_matches() { [ "$(cat "$STAMPS/$1" 2>/dev/null)" = "$2" ]; }

stamp_write() {
  mkdir -p "$STAMPS"
  printf '%s\n' "$2" >"$STAMPS/$1.new"
  mv "$STAMPS/$1.new" "$STAMPS/$1"
}

stamp_forget() { rm -f "$STAMPS/$1"; }
