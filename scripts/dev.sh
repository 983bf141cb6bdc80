#!/usr/bin/env bash
# Serves while you work: cargo-leptos builds both halves at every change and reloads the page.
. "$(dirname "$0")/lib.sh"
tool=$(find_bindgen)
mkdir -p "$TOOLS/path"
ln -sf "$(command -v "$tool")" "$TOOLS/path/wasm-bindgen"
export PATH="$TOOLS/path:$ROOT/node_modules/.bin:$PATH"
# Erased component types compile several times faster; the browser's half keeps its own profile.
export RUSTFLAGS="${RUSTFLAGS:-} --cfg erase_components"
export CARGO_TARGET_DIR=$CARGO_TARGET_DIR/dev
exec cargo leptos watch
