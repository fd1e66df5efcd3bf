#!/usr/bin/env bash
# Builds what browsers download into target/site, in the form that the release embeds.
set -euo pipefail
source "$(dirname "$0")/common.sh"

heading "Building the browser's code"
cargo build --locked --lib --profile release-wasm --target wasm32-unknown-unknown --no-default-features --features hydrate
heading "Making the site"
"$target/tools/release/heirloom-site" --wasm "$target/wasm32-unknown-unknown/release-wasm/heirloom.wasm" --limit-kb 180 "$@"
