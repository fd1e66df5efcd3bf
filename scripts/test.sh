#!/usr/bin/env bash
# Everything that proves the product, in the order in which mistakes are cheap to find. Stops at the first failure.
#
# Without an argument all parts; with `lint`, `rust`, `picsellia` or `end2end` only that one. `api` is a part of its own: what it tries is
# partly by chance, and finds more the more often it is run.
set -euo pipefail
source "$(dirname "$0")/common.sh"

part="${1:-all}"
durations=()
current=""

# step NAME COMMAND...: announces, runs and times one command.
step() {
    current="$1"
    shift
    heading "$current"
    local start=$SECONDS
    "$@"
    durations+=("$(printf '%5d s  %s' $((SECONDS - start)) "$current")")
    current=""
}

summary() {
    local status=$?
    if ((${#durations[@]})); then
        heading "Durations"
        printf '%s\n' "${durations[@]}"
    fi
    if [[ -n "$current" ]]; then
        printf '\nFAILED: %s\n' "$current"
    elif ((status == 0)); then
        printf '\nAll green.\n'
    fi
}
trap summary EXIT

tool=(--locked --manifest-path tools/site/Cargo.toml --target-dir "$target/tools")

format() {
    cargo fmt --check
    cargo fmt --check --manifest-path tools/site/Cargo.toml
}

lint() {
    step "Format" format
    step "Licences, duplicates and sources of the dependencies" "$cargo_deny" --locked check licenses bans sources
    # The two builds apart: with all features at once, faults that only the browser's build has stay hidden.
    step "Clippy, server" cargo clippy --locked --features ssr --all-targets -- -D warnings
    step "Clippy, browser" cargo clippy --locked --lib --target wasm32-unknown-unknown --no-default-features --features hydrate -- -D warnings
    step "Clippy, build tool" cargo clippy "${tool[@]}" --release --all-targets -- -D warnings
    RUSTDOCFLAGS="-D rustdoc::broken_intra_doc_links" \
        step "Links in the documentation" cargo doc --locked --no-deps --document-private-items --lib --features ssr
}

rust() {
    step "Tests on SQLite and PostgreSQL" scripts/with-postgres.sh cargo test --locked --features ssr --no-fail-fast
    step "Tests of the build tool" cargo test "${tool[@]}" --release
}

api() {
    step "Requests made from the description of the API" scripts/api-fuzz.sh "$target/release/heirloom"
}

sdk() {
    local binary
    binary="$(realpath "$target/release/heirloom")"
    HEIRLOOM_BIN="$binary" scripts/with-postgres.sh "$picsellia/bin/pytest" --quiet end2end/picsellia
}

types() {
    (cd end2end && npx --no-install tsc --noEmit)
}

browser() {
    local binary python
    binary="$(realpath "$target/release/heirloom")"
    # Without following links: the interpreter finds its packages by where it lies.
    python="$(realpath --no-symlinks "$picsellia/bin/python")"
    # A test of the pages runs the SDK, too.
    (cd end2end && HEIRLOOM_BIN="$binary" PICSELLIA_PYTHON="$python" npx --no-install playwright test)
}

end2end() {
    step "Types of the browser tests" types
    step "Release build" scripts/build.sh
    step "Browser tests" browser
}

case "$part" in
    lint)
        step "Set-up" scripts/setup.sh
        step "Set-up of cargo-deny" scripts/setup-deny.sh
        lint
        ;;
    rust)
        step "Set-up" scripts/setup-tests.sh
        rust
        ;;
    api)
        step "Set-up" scripts/setup-tests.sh
        step "Set-up of Schemathesis" scripts/setup-api-fuzz.sh
        step "Release build" scripts/build.sh
        api
        ;;
    end2end)
        step "Set-up" scripts/setup-tests.sh
        end2end
        ;;
    picsellia)
        step "Set-up" scripts/setup-tests.sh
        step "Release build" scripts/build.sh
        step "Scripts of the SDK of Picsellia" sdk
        ;;
    all)
        step "Set-up" scripts/setup-tests.sh
        step "Set-up of cargo-deny" scripts/setup-deny.sh
        lint
        step "Release build" scripts/build.sh
        rust
        step "Scripts of the SDK of Picsellia" sdk
        step "Types of the browser tests" types
        step "Browser tests" browser
        ;;
    *)
        fail "usage: scripts/test.sh [lint|rust|api|end2end|picsellia]"
        ;;
esac
