#!/usr/bin/env bash
# Runs a command with a PostgreSQL server of its own: `scripts/with-postgres.sh cargo test --features ssr`.
#
# The server lives in a temporary folder, listens on a Unix socket only, forgets everything at the end, and is stopped whatever happens.
# The command finds it in HEIRLOOM_TEST_POSTGRES_URL. If that is set already, the command gets that server instead.
set -euo pipefail

fail() {
    echo "with-postgres: $*" >&2
    exit 1
}

(($# > 0)) || fail "which command?"
if [[ -n "${HEIRLOOM_TEST_POSTGRES_URL:-}" ]]; then
    exec "$@"
fi

programs="$(printf '%s\n' /usr/lib/postgresql/*/bin | sort -V | tail -n 1)"
if [[ ! -x "$programs/initdb" ]]; then
    initdb="$(command -v initdb)" || fail "PostgreSQL is missing: scripts/setup-tests.sh installs it"
    programs="$(dirname "$(readlink -f "$initdb")")"
fi

folder="$(mktemp -d)"
server=""
# shellcheck disable=SC2317
clean_up() {
    # SIGQUIT stops at once, without saving what nobody will read.
    if [[ -n "$server" ]]; then
        kill -QUIT "$server" 2>/dev/null || true
        wait "$server" 2>/dev/null || true
    fi
    rm -rf "$folder"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# PostgreSQL refuses to run as root. setpriv becomes the server instead of starting it, so that the process id is the server's.
as_user=()
if [[ "$(id -u)" == 0 ]]; then
    user=postgres
    id "$user" >/dev/null 2>&1 || user=nobody
    chown "$user" "$folder"
    as_user=(setpriv "--reuid=$user" "--regid=$(id -g "$user")" --clear-groups)
fi
chmod 755 "$folder"

if ! (cd "$folder" && "${as_user[@]}" "$programs/initdb" --pgdata="$folder/data" --username=heirloom --auth=trust --encoding=UTF8 --locale=C.UTF-8 \
    --no-sync >"$folder/initdb.log" 2>&1); then
    cat "$folder/initdb.log" >&2
    fail "initdb failed"
fi

# Nothing needs to survive a crash, and every test brings connections of its own.
"${as_user[@]}" "$programs/postgres" -D "$folder/data" -k "$folder" -c listen_addresses= \
    -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=300 \
    >"$folder/server.log" 2>&1 </dev/null &
server=$!

for _ in $(seq 100); do
    if "$programs/pg_isready" --quiet --host="$folder" --username=heirloom --dbname=postgres; then
        break
    fi
    if ! kill -0 "$server" 2>/dev/null; then
        break
    fi
    sleep 0.1
done
if ! "$programs/pg_isready" --quiet --host="$folder" --username=heirloom --dbname=postgres; then
    cat "$folder/server.log" >&2
    fail "PostgreSQL did not start"
fi

export HEIRLOOM_TEST_POSTGRES_URL="postgres://heirloom@localhost/postgres?host=${folder//\//%2F}"
status=0
"$@" || status=$?
exit "$status"
