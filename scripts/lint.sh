#!/usr/bin/env bash
# Formatting, and clippy in both worlds; a warning is an error.
. "$(dirname "$0")/lib.sh"
say "Formatting"
cargo fmt --check
say "Clippy, the server's world"
cargo clippy -q --all-targets -- -D warnings
say "Clippy, the browser's world"
cargo_wasm clippy -q --lib --no-default-features --features hydrate -- -D warnings
