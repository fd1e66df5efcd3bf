# Sourced by the other scripts: goes to the root of the repository and knows where cargo puts things.
# shellcheck shell=bash

cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit

# Cargo's output may live elsewhere. The site is always in target/site of the repository, because the server embeds it from there.
# shellcheck disable=SC2034
target="${CARGO_TARGET_DIR:-target}"

# What checks the dependencies; scripts/setup-deny.sh brings it.
# shellcheck disable=SC2034
cargo_deny="$target/tools/cargo-deny/bin/cargo-deny"

heading() {
    printf '\n== %s\n' "$*"
}

fail() {
    printf '\n%s\n' "$*" >&2
    exit 1
}
