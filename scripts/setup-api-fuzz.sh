#!/usr/bin/env bash
# Brings what makes requests from the description of the API, in a Python environment below the target folder. Running it again costs nothing.
set -euo pipefail
source "$(dirname "$0")/common.sh"

# Debian keeps ensurepip, without which there are no environments, in a package of its own.
usable() {
    command -v python3 >/dev/null && python3 -c 'import ensurepip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

if ! usable; then
    install_packages python3 python3-venv
    usable || fail "$(command -v python3) cannot be used: Python 3.11 or newer is needed, with venv"
fi

requirements=scripts/api-fuzz-requirements.txt
if ! cmp -s "$requirements" "$api_fuzz/requirements.txt"; then
    heading "Installing Schemathesis"
    rm -rf "$api_fuzz"
    python3 -m venv "$api_fuzz"
    "$api_fuzz/bin/pip" install --quiet --disable-pip-version-check --no-input --only-binary :all: --require-hashes -r "$requirements"
    # The copy comes last: it says that everything before it went well.
    cp "$requirements" "$api_fuzz/requirements.txt"
fi
