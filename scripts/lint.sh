#!/usr/bin/env bash
# Formatting, and clippy in both worlds; a warning is an error. `lint.sh browser` leaves the server's world out.
. "$(dirname "$0")/lib.sh"
say "Formatting"
cargo fmt --check
if [ "${1:-}" != browser ]; then
    say "Clippy, the server's world"
    cargo clippy -q --all-targets -- -D warnings
fi
say "Clippy, the browser's world"
cargo_wasm clippy -q --lib --no-default-features --features hydrate -- -D warnings
cargo_wasm clippy -q --bin preview --no-default-features --features preview -- -D warnings
