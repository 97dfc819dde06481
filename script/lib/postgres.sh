# A private PostgreSQL for the tests: its own cluster in a temporary directory, reached by a unix socket only, gone afterwards.
# shellcheck shell=bash

POSTGRES_DIR=

start_postgres() {
  local bin
  # shellcheck disable=SC2012
  bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
  [ -n "$bin" ] || bin=$(dirname "$(command -v initdb)") || die "PostgreSQL's server programs are missing"
  POSTGRES_BIN=$bin
  POSTGRES_DIR=$(mktemp -d /tmp/parley-postgres.XXXXXX)
  # PostgreSQL refuses to run as root.
  POSTGRES_AS=()
  if [ "$(id -u)" -eq 0 ]; then
    chown postgres: "$POSTGRES_DIR"
    POSTGRES_AS=(runuser -u postgres --)
  fi
  step "Starting a private PostgreSQL" postgres_up || die "PostgreSQL does not start"
  export PARLEY_TEST_POSTGRES="Host=$POSTGRES_DIR;Username=parley;Database=postgres"
}

# No flushing to disk: what is tested here is SQL, and the cluster is thrown away.
postgres_up() {
  cd / &&
    "${POSTGRES_AS[@]}" "$POSTGRES_BIN/initdb" -D "$POSTGRES_DIR/data" -U parley --auth=trust --encoding=UTF8 --locale=C.UTF-8 --no-sync &&
    "${POSTGRES_AS[@]}" "$POSTGRES_BIN/pg_ctl" start -w -t 60 -D "$POSTGRES_DIR/data" -l "$POSTGRES_DIR/log" \
      -o "-c listen_addresses='' -c unix_socket_directories='$POSTGRES_DIR' -c fsync=off -c max_connections=300 -c shared_buffers=64MB"
}

stop_postgres() {
  [ -n "$POSTGRES_DIR" ] || return 0
  (cd / && "${POSTGRES_AS[@]}" "$POSTGRES_BIN/pg_ctl" stop -D "$POSTGRES_DIR/data" -m immediate >/dev/null 2>&1) || true
  rm -rf "$POSTGRES_DIR"
  POSTGRES_DIR=
}
