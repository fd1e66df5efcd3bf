#!/usr/bin/env bash
# Builds the release: the site first, because the server carries it inside.
set -euo pipefail
source "$(dirname "$0")/common.sh"

scripts/site.sh
heading "Building the server"
cargo build --locked --release --features ssr --bin heirloom
