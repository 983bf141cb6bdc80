#!/usr/bin/env bash
# Everything that proves Laurel: lints, the walls, laws, verbs on a real Postgres, HTTP, and journeys in a browser.
. "$(dirname "$0")/lib.sh"
began=$SECONDS
step() {
    local start=$SECONDS
    "$@"
    say "done in $((SECONDS - start)) s: $*"
}

# Lints and tests leave a good part of the second core idle, so the release that the journeys need is built beside them.
# It has a process group of its own, which ends with this script; what it says comes when it is waited for.
build() {
    said=$(mktemp "${TMPDIR:-/tmp}/laurel-build.XXXXXX")
    set -m
    scripts/build.sh >"$said" 2>&1 &
    set +m
    building=$!
    trap 'kill -- "-$building" 2>/dev/null || true; rm -f "$said"' EXIT
    trap 'exit 130' INT TERM
}
wait_for_build() {
    local how=0
    wait "$building" || how=$?
    cat "$said"
    return $how
}

step scripts/setup.sh test
say "Building the release beside the lints and tests"
build
step scripts/lint.sh browser
step scripts/sqlx.sh --check
say "Tests of laws, verbs and the edge, on a Postgres of their own"
step scripts/with-postgres.sh cargo test --all-targets
step wait_for_build
step scripts/e2e.sh
say "Everything holds. It took $(((SECONDS - began) / 60)) min $(((SECONDS - began) % 60)) s."
