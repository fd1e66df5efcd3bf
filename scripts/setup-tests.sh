#!/usr/bin/env bash
# Brings what the tests need beyond a build: Chromium, PostgreSQL, the packages of end2end/ and an SDK. Running it again costs a second.
set -euo pipefail
source "$(dirname "$0")/common.sh"

scripts/setup.sh

packages=()
if [[ ! -x "${CHROMIUM:-/usr/bin/chromium}" ]]; then
    # Without a font the screenshots are empty boxes.
    packages+=(chromium fonts-liberation)
fi
if [[ -z "${HEIRLOOM_TEST_POSTGRES_URL:-}" ]] && ! compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null && ! command -v initdb >/dev/null; then
    packages+=(postgresql)
fi
if ((${#packages[@]})); then
    install_packages "${packages[@]}"
fi

command -v npm >/dev/null || fail "npm is missing: install Node.js 20 or newer, the browser tests run on it"
# npm writes the inner lock file at the end of an installation.
if [[ ! end2end/node_modules/.package-lock.json -nt end2end/package-lock.json ]]; then
    heading "Installing the packages of the browser tests"
    # The browser is Debian's; Playwright's own would be a second download.
    (cd end2end && PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --no-audit --no-fund && touch node_modules/.package-lock.json)
fi

scripts/setup-picsellia.sh
