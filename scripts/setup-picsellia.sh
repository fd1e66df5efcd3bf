#!/usr/bin/env bash
# Brings the Python SDK that end2end/picsellia runs unmodified, in an environment below the target folder. Running it again costs nothing.
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

requirements=end2end/picsellia/requirements.txt
if ! cmp -s "$requirements" "$picsellia/requirements.txt"; then
    heading "Installing the SDK of Picsellia"
    rm -rf "$picsellia"
    python3 -m venv "$picsellia"
    "$picsellia/bin/pip" install --quiet --disable-pip-version-check --no-input --only-binary :all: -r "$requirements"
    # The copy comes last: it says that everything before it went well.
    cp "$requirements" "$picsellia/requirements.txt"
fi
