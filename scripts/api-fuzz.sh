#!/usr/bin/env bash
# Makes thousands of requests from the description of the API, and holds every answer against it, on SQLite and on PostgreSQL:
# `scripts/api-fuzz.sh target/release/heirloom`. Fails when an answer is not as described, and when there were too few requests.
set -euo pipefail
program="$(realpath -- "${1:?which program?}")"
source "$(dirname "$0")/common.sh"

[[ -x "$api_fuzz/bin/schemathesis" ]] || fail "Schemathesis is missing: scripts/setup-api-fuzz.sh installs it"
if [[ -z "${HEIRLOOM_TEST_POSTGRES_URL:-}" ]]; then
    exec scripts/with-postgres.sh scripts/api-fuzz.sh "$program"
fi
least=3000

folder="$(mktemp -d)"
server=""
database=""
stop_server() {
    if [[ -n "$server" ]]; then
        kill "$server" 2>/dev/null || true
        wait "$server" 2>/dev/null || true
        server=""
    fi
}
# shellcheck disable=SC2317
clean_up() {
    stop_server
    if [[ -n "$database" ]]; then
        query_postgres "DROP DATABASE $database WITH (FORCE)" || true
    fi
    rm -rf "$folder"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

query_postgres() {
    local psql
    psql="$(printf '%s\n' /usr/lib/postgresql/*/bin/psql | sort -V | tail -n 1)"
    [[ -x "$psql" ]] || psql=psql
    "$psql" --quiet --no-psqlrc --set=ON_ERROR_STOP=1 --dbname="$HEIRLOOM_TEST_POSTGRES_URL" --command="$1"
}

free_port() {
    "$api_fuzz/bin/python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# on NAME OPTION...: a fresh server, with the options that choose its database.
on() {
    local name="$1" port token
    shift
    heading "Requests on $name"
    local data=(--data "$folder/$name" "$@")
    create_user() {
        "$program" user create "${data[@]}" --organization Fuzz --email "$1@example.org" --role "$2" <<<"correct horse battery staple"
    }
    # Members are there to be changed and removed.
    create_user owner owner
    for member in 1 2 3 4 5 6; do
        create_user "member$member" viewer
    done
    token="$("$program" token create "${data[@]}" --email owner@example.org)"

    port="$(free_port)"
    "$program" serve "${data[@]}" --listen "127.0.0.1:$port" >"$folder/$name.log" 2>&1 </dev/null &
    server=$!
    local url="http://127.0.0.1:$port"
    wait_for "$url/ready" "$folder/$name.log"

    local status=0 report="$folder/$name.json"
    HYPOTHESIS_STORAGE_DIRECTORY="$api_fuzz/hypothesis" HEIRLOOM_URL="$url" HEIRLOOM_TOKEN="$token" API_FUZZ_REPORT="$report" \
        "$api_fuzz/bin/schemathesis" --config-file scripts/api-fuzz.toml run "$url/api/v1/openapi.json" \
        --generation-database "$api_fuzz/examples-$name" || status=$?
    stop_server
    if grep -E 'ERROR|panicked' "$folder/$name.log" >&2; then
        fail "The server on $name has logged errors"
    fi
    ((status == 0)) || fail "The API is not as described, on $name"
    judge "$report" || fail "Too little was tried on $name"
}

# wait_for URL LOG
wait_for() {
    for _ in $(seq 100); do
        if "$api_fuzz/bin/python" -c 'import sys, urllib.request; urllib.request.urlopen(sys.argv[1], timeout=2)' "$1" 2>/dev/null; then
            return
        fi
        kill -0 "$server" 2>/dev/null || break
        sleep 0.1
    done
    cat "$2" >&2
    fail "The server did not start"
}

# judge REPORT: says what was tried, and whether that is enough.
judge() {
    "$api_fuzz/bin/python" - "$1" "$least" <<'PYTHON'
import json, sys

report = json.load(open(sys.argv[1], encoding="utf-8"))
statuses = ", ".join(f"{status}: {count}" for status, count in report["by_status"].items())
print(f"{report['requests']} requests for {report['operations']} operations, each with at least {report['fewest_successes']} successes ({statuses})")
for operation, answers in report["never_succeeded"].items():
    print(f"Never succeeded: {operation} {answers}")
if not report["token_still_works"]:
    print("The token does not work any more: answers were about nothing else.")
# Chance may pass by one or two operations.
enough = report["requests"] >= int(sys.argv[2]) and report["token_still_works"] and len(report["never_succeeded"]) <= 2
sys.exit(not enough)
PYTHON
}

on sqlite
database="heirloom_api_$$_$RANDOM"
query_postgres "CREATE DATABASE $database"
# The same server, another database: what stands between the host and the options of the address.
address="${HEIRLOOM_TEST_POSTGRES_URL%%\?*}"
on postgres --database-url "${address%/*}/$database${HEIRLOOM_TEST_POSTGRES_URL#"$address"}"
