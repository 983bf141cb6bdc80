#!/usr/bin/env bash
# Builds the release: the browser's half, its style and assets into $CARGO_TARGET_DIR/site, then the server that carries them.
. "$(dirname "$0")/lib.sh"
say "Building the browser's half"
cargo_wasm rustc --lib --crate-type cdylib --profile browser --no-default-features --features hydrate

built=$CARGO_TARGET_DIR/$WASM/browser/laurel.wasm
pkg=$CARGO_TARGET_DIR/pkg
if [ ! -e "$pkg/laurel.js" ] || [ "$built" -nt "$pkg/laurel.js" ]; then
    say "Making it fit for browsers"
    "$(find_bindgen)" "$built" --target web --no-typescript --out-name laurel --out-dir "$pkg"
    touch "$pkg/laurel.js"
fi
node_modules/.bin/sass --no-source-map --style=compressed style/main.scss "$pkg/laurel.css"

node scripts/site.mjs public "$pkg" "$SITE"
say "Building the server"
LAUREL_SITE=$SITE cargo build --release --bin laurel
