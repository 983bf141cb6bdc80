#!/usr/bin/env bash
# Measures the release that was built, on a Postgres of its own that waits for the disk, and prints the table.
# With `boards`, ranks alone, which need no release.
. "$(dirname "$0")/lib.sh"
if [ -z "${LAUREL_BENCH_DATABASE:-}" ]; then
    LAUREL_BENCH_DATABASE=1 LAUREL_POSTGRES_DURABLE=1 exec scripts/with-postgres.sh "$0" "$@"
fi
say "Building the load generator"
CARGO_TARGET_DIR=$TOOLS/bench cargo build -q --release --locked --manifest-path tools/bench/Cargo.toml
LAUREL_BIN=$CARGO_TARGET_DIR/release/laurel
LAUREL_POSTGRES_BIN=$(find_postgres)
export LAUREL_BIN LAUREL_POSTGRES_BIN
has "$LAUREL_POSTGRES_BIN/pgbench" || missing "pgbench" "It comes with Postgres; on Debian in the package postgresql."
LAUREL_DATA_DIR=$(mktemp -d)
export LAUREL_DATA_DIR
trap 'rm -rf "$LAUREL_DATA_DIR"' EXIT
if [ "${1:-}" != boards ]; then
    say "The badge engine, without a database"
    "$TOOLS/bench/release/badges"
fi
"$TOOLS/bench/release/bench" "$@"
