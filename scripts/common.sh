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

# Where the environment is that runs the SDK of Picsellia against the server; scripts/setup-picsellia.sh brings it.
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

# usable_python: whether there is a Python that makes environments. Debian keeps ensurepip, without which there are none, in a package of its own.
usable_python() {
    command -v python3 >/dev/null && python3 -c 'import ensurepip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

# python_environment FOLDER REQUIREMENTS OPTION...: makes the environment anew if the requirements are others than those it was made for.
# The options are pip's.
python_environment() {
    local folder="$1" requirements="$2"
    shift 2
    if ! usable_python; then
        install_packages python3 python3-venv
        usable_python || fail "$(command -v python3) cannot be used: Python 3.11 or newer is needed, with venv"
    fi
    if cmp -s "$requirements" "$folder/requirements.txt"; then
        return
    fi
    heading "Installing $requirements"
    rm -rf "$folder"
    python3 -m venv "$folder"
    "$folder/bin/pip" install --quiet --disable-pip-version-check --no-input --only-binary :all: "$@" -r "$requirements"
    # The copy comes last: it says that everything before it went well.
    cp "$requirements" "$folder/requirements.txt"
}
