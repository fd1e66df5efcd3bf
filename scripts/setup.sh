#!/usr/bin/env bash
# Brings what a build needs and says what it does. Running it again costs a second.
set -euo pipefail
source "$(dirname "$0")/common.sh"

need() {
    command -v "$1" >/dev/null || fail "$1 is missing: $2"
}

need cargo "install Rust with rustup, see https://rustup.rs"
need cc "install a C compiler, on Debian with: apt-get install gcc libc6-dev"

wasm=wasm32-unknown-unknown
if [[ ! -d "$(rustc --print target-libdir --target "$wasm")" ]]; then
    need rustup "this Rust cannot compile for the browser: install it with rustup, or add the standard library for $wasm"
    heading "Adding Rust's standard library for the browser ($wasm)"
    rustup target add "$wasm"
fi

heading "Building the site's build tool"
cargo build --locked --release --manifest-path tools/site/Cargo.toml --target-dir "$target/tools"
