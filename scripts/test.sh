#!/usr/bin/env bash
# Everything that proves Laurel: lints, the walls, laws, verbs on a real Postgres, HTTP, and journeys in a browser.
. "$(dirname "$0")/lib.sh"
began=$SECONDS
step() {
    local start=$SECONDS
    "$@"
    say "done in $((SECONDS - start)) s: $*"
}
step scripts/setup.sh test
step scripts/lint.sh browser
step scripts/sqlx.sh --check
say "Tests of laws, verbs and the edge, on a Postgres of their own"
step scripts/with-postgres.sh cargo test --all-targets
step scripts/build.sh
step scripts/e2e.sh
say "Everything holds. It took $(((SECONDS - began) / 60)) min $(((SECONDS - began) % 60)) s."
