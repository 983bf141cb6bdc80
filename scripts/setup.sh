#!/usr/bin/env bash
# Gets what is missing for `run`, `test`, `lint` or `dev`, says what it does, and does nothing twice.
. "$(dirname "$0")/lib.sh"

# install PACKAGE WHAT PROGRAM: from Debian where we may, else one line that says how.
install() {
    if is_root && has apt-get; then
        say "Installing $2 (apt-get install $1)"
        [ -n "${APT_READY:-}" ] || apt-get update -qq
        APT_READY=1
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
    elif has apt-get; then
        missing "$2" "Get it with: sudo apt-get install $1"
    elif has brew; then
        missing "$2" "Get it with: brew install ${3:-$1}"
    else
        missing "$2" "Install $1 with your system's package manager."
    fi
}

basics() {
    has cargo || missing "Rust" "Get it from https://rustup.rs"
    has node || missing "Node" "Get version 20 or newer from https://nodejs.org"
    has npm || missing "npm" "It comes with Node: https://nodejs.org"
    [ "$(node -p 'parseInt(process.versions.node)')" -ge 20 ] || missing "Node 20" "This is $(node --version)."
    has cc || install gcc "a C compiler"
}

wasm_target() {
    if has_wasm_target || [ -d "$(std_source)/library" ]; then return; fi
    say "Adding Rust's WebAssembly target"
    if has rustup && rustup target add $WASM; then return; fi
    say "The target could not be added; looking for the standard library's source of the same version instead"
    scripts/rust-src.sh "$(std_source)"
}

bindgen() {
    if find_bindgen >/dev/null; then return; fi
    local version
    version=$(bindgen_version)
    say "Building wasm-bindgen $version (about a minute)"
    CARGO_TARGET_DIR=$TOOLS/build cargo build -q --release --locked --manifest-path tools/bindgen/Cargo.toml
    mkdir -p "$TOOLS/bin"
    mv "$TOOLS/build/release/bindgen" "$TOOLS/bin/bindgen-$version"
    rm -rf "$TOOLS/build"
    find_bindgen >/dev/null ||
        missing "wasm-bindgen $version" "Set tools/bindgen/Cargo.toml to the version in Cargo.lock."
}

# Sass, and Playwright for the browser tests: as package-lock.json says.
node_modules() {
    local wanted
    wanted=$(cksum <package-lock.json)
    if [ "$(cat node_modules/.laurel 2>/dev/null)" = "$wanted" ]; then return; fi
    say "Fetching Sass and Playwright (npm ci)"
    PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --no-audit --no-fund --loglevel=error
    printf '%s\n' "$wanted" >node_modules/.laurel
}

# Postgres' programs only (a function of their name would be found in their place): no cluster of the system is made, started or touched.
database() {
    if find_postgres >/dev/null; then return; fi
    local quiet=/etc/postgresql-common/createcluster.d/laurel.conf
    if is_root && has apt-get; then
        mkdir -p "$(dirname $quiet)"
        printf 'create_main_cluster = false\n' >$quiet
        trap 'rm -f '$quiet EXIT
    fi
    install postgresql "Postgres" postgresql@17
    find_postgres >/dev/null || missing "Postgres" "Set LAUREL_POSTGRES_BIN to the folder that holds initdb and postgres."
}

browser() {
    if find_chromium >/dev/null; then return; fi
    install chromium "Chromium" "--cask chromium"
}

case "${1:-run}" in
    lint) basics && wasm_target ;;
    sqlx) basics && database ;;
    run | dev) basics && wasm_target && bindgen && node_modules && database ;;
    test) basics && wasm_target && bindgen && node_modules && database && browser ;;
    *) missing "a purpose" "Use: scripts/setup.sh run|test|lint|sqlx|dev" ;;
esac
