#!/usr/bin/env bash
# The walls of the house alone: they need only the standard library, so nothing else is compiled.
. "$(dirname "$0")/lib.sh"
mkdir -p "$TOOLS"
rustc --edition 2024 --test tests/tidy.rs -o "$TOOLS/tidy"
RUST_BACKTRACE=0 exec "$TOOLS/tidy" "$@"
