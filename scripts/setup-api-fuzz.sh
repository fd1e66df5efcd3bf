#!/usr/bin/env bash
# Brings what makes requests from the description of the API, in a Python environment below the target folder. Running it again costs nothing.
set -euo pipefail
source "$(dirname "$0")/common.sh"

python_environment "$api_fuzz" scripts/api-fuzz-requirements.txt --require-hashes
