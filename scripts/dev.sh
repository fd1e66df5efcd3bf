#!/usr/bin/env bash
# Runs a debug build and builds it again whenever a source file changes. Arguments go to `heirloom serve`.
set -euo pipefail
source "$(dirname "$0")/common.sh"

scripts/setup.sh

# Types of views are erased, which halves the time of a build. The folder is its own, because the flag would make every other build start again.
export RUSTFLAGS="${RUSTFLAGS:-} --cfg erase_components"
debug="$target/dev"
mark="$debug/built"
server=""

stop() {
    if [[ -n "$server" ]]; then
        kill "$server" 2>/dev/null || true
        wait "$server" 2>/dev/null || true
        server=""
    fi
}
trap stop EXIT
trap 'exit 130' INT TERM

changed() {
    local places=()
    for place in src style public migrations build.rs Cargo.toml Cargo.lock; do
        if [[ -e "$place" ]]; then
            places+=("$place")
        fi
    done
    [[ -n "$(find "${places[@]}" -newer "$mark" -print -quit)" ]]
}

build() {
    cargo build --target-dir "$debug" --lib --target wasm32-unknown-unknown --no-default-features --features hydrate &&
        "$target/tools/release/heirloom-site" --wasm "$debug/wasm32-unknown-unknown/debug/heirloom.wasm" --fast &&
        cargo build --target-dir "$debug" --features ssr --bin heirloom
}

mkdir -p "$debug"
while true; do
    # Before the build, so that what changes during it is noticed after it.
    touch "$mark"
    heading "Building"
    if build; then
        stop
        heading "Starting Heirloom: reload the page to see the change"
        "$debug/debug/heirloom" serve --demo "$@" &
        server=$!
    else
        echo "The build failed; the server that was running goes on."
    fi
    until changed; do
        sleep 1
    done
done
