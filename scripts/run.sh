#!/usr/bin/env bash
# Serves a demonstration shop from the release; the server prints the address and the sign-ins when it is ready.
. "$(dirname "$0")/lib.sh"
say "Starting Laurel (Ctrl-C stops it; its data stays in ${LAUREL_DATA_DIR:-./data})"
exec "$CARGO_TARGET_DIR/release/laurel" serve --demo
