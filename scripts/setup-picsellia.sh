#!/usr/bin/env bash
# Brings the SDK of Picsellia and what its tests need, in a Python environment below the target folder. Running it again costs nothing.
set -euo pipefail
source "$(dirname "$0")/common.sh"

python_environment "$picsellia" end2end/picsellia/requirements.txt
