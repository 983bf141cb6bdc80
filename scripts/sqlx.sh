#!/usr/bin/env bash
# Renews `.sqlx/`, what the checked queries know of the database, as `cargo sqlx prepare` does; with --check it only compares.
# It is clippy that expands them, so the server's world is linted on the way.
. "$(dirname "$0")/lib.sh"
if [ -z "${LAUREL_SQLX_DATABASE:-}" ]; then
    LAUREL_SQLX_DATABASE=1 exec scripts/with-postgres.sh "$0" "$@"
fi

say "Clippy, the server's world, with every query against the schema"
# The macros write what the database told them when they are expanded; a touched library expands them all. Its time is
# put back, so that other builds stay fresh.
fresh=$(mktemp -d)
touch -r src/lib.rs "$fresh.time"
trap 'touch -r "$fresh.time" src/lib.rs; rm -rf "$fresh" "$fresh.time"' EXIT
touch src/lib.rs
SQLX_OFFLINE=false SQLX_OFFLINE_DIR=$fresh cargo clippy -q --all-targets -- -D warnings

if [ "${1:-}" = --check ]; then
    mkdir -p .sqlx
    if ! diff -rq .sqlx "$fresh" >/dev/null; then
        printf 'laurel: .sqlx/ does not match the queries and migrations. Run `make sqlx` and commit it.\n' >&2
        diff -rq .sqlx "$fresh" | head -n 20 >&2
        exit 1
    fi
else
    rm -rf .sqlx
    mkdir .sqlx
    if ls "$fresh"/*.json >/dev/null 2>&1; then cp "$fresh"/*.json .sqlx/; fi
    say "$(find .sqlx -name '*.json' | wc -l) queries in .sqlx/"
fi
