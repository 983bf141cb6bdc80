#!/usr/bin/env bash
# Builds the release: the browser's half, its style and assets into $CARGO_TARGET_DIR/site, then the server that carries them.
# With `dev`, the same without optimisation: quick to build, and the server reads the files where they are laid out.
. "$(dirname "$0")/lib.sh"
if [ "${1:-}" = dev ]; then
    browser=(--profile dev) folder=debug pkg=$CARGO_TARGET_DIR/dev-pkg site=$CARGO_TARGET_DIR/dev-site server=() names=()
    export LAUREL_SITE_PLAIN=1
else
    browser=(--profile browser) folder=browser pkg=$CARGO_TARGET_DIR/pkg site=$SITE server=(--release)
    # What functions are called is a fifth of what a member's phone would load.
    names=(--remove-name-section --remove-producers-section)
fi
say "Building the browser's half"
cargo_wasm rustc --lib --crate-type cdylib "${browser[@]}" --no-default-features --features hydrate
cargo_wasm build --bin preview "${browser[@]}" --no-default-features --features preview

for name in laurel preview; do
    built=$CARGO_TARGET_DIR/$WASM/$folder/$name.wasm
    if [ ! -e "$pkg/$name.js" ] || [ "$built" -nt "$pkg/$name.js" ] || [ scripts/build.sh -nt "$pkg/$name.js" ]; then
        say "Making $name.wasm fit for browsers"
        "$(find_bindgen)" "$built" --target web --no-typescript ${names[@]+"${names[@]}"} --out-name "$name" --out-dir "$pkg"
        touch "$pkg/$name.js"
    fi
done
node_modules/.bin/sass --no-source-map --style=compressed style/main.scss "$pkg/laurel.css"

node scripts/site.mjs public "$pkg" "$site"
say "Building the server"
LAUREL_SITE=$site cargo build ${server[@]+"${server[@]}"} --bin laurel
