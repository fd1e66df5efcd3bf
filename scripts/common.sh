# Sourced by the other scripts: goes to the root of the repository and knows where cargo puts things.
# shellcheck shell=bash

cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit

# Cargo's output may live elsewhere. The site is always in target/site of the repository, because the server embeds it from there.
# shellcheck disable=SC2034
target="${CARGO_TARGET_DIR:-target}"

# What checks the dependencies; scripts/setup-deny.sh brings it.
# shellcheck disable=SC2034
cargo_deny="$target/tools/cargo-deny/bin/cargo-deny"

# Where the environment is that makes requests from the description of the API; scripts/setup-api-fuzz.sh brings it.
# shellcheck disable=SC2034
api_fuzz="$target/tools/api-fuzz"

# Where the environment is that has the SDK of Picsellia; scripts/setup-picsellia.sh brings it.
# shellcheck disable=SC2034
picsellia="$target/tools/picsellia"

heading() {
    printf '\n== %s\n' "$*"
}

fail() {
    printf '\n%s\n' "$*" >&2
    exit 1
}

# install_packages NAME...: of the system, where there is apt-get.
install_packages() {
    command -v apt-get >/dev/null || fail "Please install by hand, there is no apt-get here: $*"
    local as_root=()
    if [[ "$(id -u)" != 0 ]]; then
        command -v sudo >/dev/null || fail "Please install as root: apt-get install $*"
        as_root=(sudo)
    fi
    heading "Installing $*"
    "${as_root[@]}" apt-get update -q
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "$@"
}
