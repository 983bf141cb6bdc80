#!/usr/bin/env bash
# Serves the demonstration while you work: at every change builds what it touches, and starts the server anew.
. "$(dirname "$0")/lib.sh"
export LAUREL_DATA_DIR=${LAUREL_DATA_DIR:-$ROOT/target/dev-data}
LAUREL_BIN=$CARGO_TARGET_DIR/debug/laurel exec node scripts/dev.mjs "$@"
