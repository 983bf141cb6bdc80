#!/usr/bin/env bash
# What every script here begins with: where things are, how they speak, and where a tool is found.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
ROOT=$PWD

case "${CARGO_TARGET_DIR:=$ROOT/target}" in
    /*) ;;
    *) CARGO_TARGET_DIR=$ROOT/$CARGO_TARGET_DIR ;;
esac
export CARGO_TARGET_DIR
# The browser's files as the server embeds them, and the tools that only Laurel's own build needs.
SITE=$CARGO_TARGET_DIR/site
TOOLS=$CARGO_TARGET_DIR/tools
WASM=wasm32-unknown-unknown

say() { printf '==> %s\n' "$*"; }

# missing WHAT HOW: one line, then the end.
missing() {
    printf 'laurel: %s is missing. %s\n' "$1" "$2" >&2
    exit 1
}

has() { command -v "$1" >/dev/null 2>&1; }

# The memory of this machine in kB.
memory() {
    if [ -r /proc/meminfo ]; then awk '$1 == "MemTotal:" { print $2 }' /proc/meminfo; else echo $(($(sysctl -n hw.memsize) / 1024)); fi
}

is_root() { [ "$(id -u)" -eq 0 ]; }

# Prints the first of its arguments that is a program.
first_program() {
    local candidate
    for candidate in "$@"; do
        if [ -x "$candidate" ] || has "$candidate"; then
            command -v "$candidate"
            return 0
        fi
    done
    return 1
}

# Prints the folder with Postgres' programs; the newest where there are several.
find_postgres() {
    local folder folders=()
    [ -z "${LAUREL_POSTGRES_BIN:-}" ] || folders+=("$LAUREL_POSTGRES_BIN")
    if has postgres; then folders+=("$(dirname "$(readlink -f "$(command -v postgres)")")"); fi
    while IFS= read -r folder; do folders+=("$folder"); done < <(
        ls -d /usr/lib/postgresql/*/bin /opt/homebrew/opt/postgresql*/bin /usr/local/opt/postgresql*/bin \
            /Applications/Postgres.app/Contents/Versions/latest/bin 2>/dev/null | sort -rV
    )
    for folder in ${folders[@]+"${folders[@]}"}; do
        if [ -x "$folder/initdb" ] && [ -x "$folder/postgres" ] && [ -x "$folder/psql" ]; then
            printf '%s\n' "$folder"
            return 0
        fi
    done
    return 1
}

find_chromium() {
    first_program ${CHROMIUM_PATH:+"$CHROMIUM_PATH"} chromium chromium-browser google-chrome-stable google-chrome \
        "/Applications/Chromium.app/Contents/MacOS/Chromium" \
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
}

# The version of wasm-bindgen that both halves are linked with.
bindgen_version() { sed -n '/^name = "wasm-bindgen"$/{n;s/^version = "\(.*\)"$/\1/p;}' Cargo.lock; }

# Prints the wasm-bindgen of exactly that version.
find_bindgen() {
    local candidate version
    version=$(bindgen_version)
    for candidate in "$TOOLS/bin/bindgen-$version" wasm-bindgen "${CARGO_HOME:-$HOME/.cargo}/bin/wasm-bindgen"; do
        if has "$candidate" && [ "$("$candidate" --version 2>/dev/null)" = "wasm-bindgen $version" ]; then
            printf '%s\n' "$candidate"
            return 0
        fi
    done
    return 1
}

has_wasm_target() { [ -d "$(rustc --print target-libdir --target $WASM 2>/dev/null)" ]; }

# Where the standard library's source was unpacked when the target could not be added.
std_source() { printf '%s/rust-src-%s' "$TOOLS" "$(rustc -V | cut -d' ' -f2)"; }

# cargo_wasm SUBCOMMAND …: cargo for the browser's half, with the standard library from source where it must be.
cargo_wasm() {
    local subcommand=$1
    shift
    if has_wasm_target; then
        cargo "$subcommand" --target $WASM "$@"
    else
        RUSTC_BOOTSTRAP=1 __CARGO_TESTS_ONLY_SRC_ROOT="$(std_source)/library" \
            cargo "$subcommand" --target $WASM -Zbuild-std=std,panic_abort "$@"
    fi
}
