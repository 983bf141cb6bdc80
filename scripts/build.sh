#!/usr/bin/env bash
# Builds the release: the browser's half, its style and assets into $CARGO_TARGET_DIR/site, then the server that carries them.
. "$(dirname "$0")/lib.sh"
say "Building the browser's half"
cargo_wasm rustc --lib --crate-type cdylib --profile browser --no-default-features --features hydrate

cargo_wasm build --bin preview --profile browser --no-default-features --features preview

pkg=$CARGO_TARGET_DIR/pkg
for name in laurel preview; do
    built=$CARGO_TARGET_DIR/$WASM/browser/$name.wasm
    if [ ! -e "$pkg/$name.js" ] || [ "$built" -nt "$pkg/$name.js" ]; then
        say "Making $name.wasm fit for browsers"
        "$(find_bindgen)" "$built" --target web --no-typescript --out-name "$name" --out-dir "$pkg"
        touch "$pkg/$name.js"
    fi
done
node_modules/.bin/sass --no-source-map --style=compressed style/main.scss "$pkg/laurel.css"

node scripts/site.mjs public "$pkg" "$SITE"
say "Building the server"
LAUREL_SITE=$SITE cargo build --release --bin laurel
