#!/usr/bin/env bash
# Builds the release and starts it with demo data in an empty data folder. Arguments go to `heirloom serve`.
set -euo pipefail
source "$(dirname "$0")/common.sh"

scripts/setup.sh
scripts/build.sh
heading "Starting Heirloom"
exec "$target/release/heirloom" serve --demo "$@"
