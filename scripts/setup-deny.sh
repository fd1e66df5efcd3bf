#!/usr/bin/env bash
# Builds cargo-deny once, beside the other tools. Running it again costs nothing.
set -euo pipefail
source "$(dirname "$0")/common.sh"

version=0.20.2
folder="$target/tools/cargo-deny"
if [[ "$("$cargo_deny" --version 2>/dev/null)" != "cargo-deny $version" ]]; then
    heading "Building cargo-deny $version"
    # Without optimisation it is built in a fraction of the time, and runs for seconds.
    CARGO_PROFILE_DEV_DEBUG=0 cargo install --locked --debug --no-default-features --version "$version" \
        --root "$folder" --target-dir "$folder/build" cargo-deny
    rm -rf "$folder/build"
fi
