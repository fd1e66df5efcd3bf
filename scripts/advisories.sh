#!/usr/bin/env bash
# Asks the RustSec database about every dependency. Not a part of `make lint`: its answer changes from day to day, and needs the network.
set -euo pipefail
source "$(dirname "$0")/common.sh"

"$cargo_deny" --locked check advisories
