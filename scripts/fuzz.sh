#!/usr/bin/env bash
# Sends made-up requests to every call of the API, as its OpenAPI document describes them and as it does not, and fails at any
# answer that is broken (5xx) or not described. Every run sends the same; LAUREL_FUZZ is how many of each call at the most.
. "$(dirname "$0")/lib.sh"
if [ -z "${LAUREL_FUZZ_DATABASE:-}" ]; then
    LAUREL_FUZZ_DATABASE=1 exec scripts/with-postgres.sh "$0" "$@"
fi
VERSION=4.32.5
venv=$TOOLS/schemathesis-$VERSION
if [ ! -x "$venv/bin/schemathesis" ]; then
    has python3 || missing "Python 3" "It runs schemathesis, which sends the requests."
    say "Installing schemathesis $VERSION into $venv"
    python3 -m venv "$venv"
    "$venv/bin/pip" install -q "schemathesis==$VERSION"
fi
say "Building the server"
SQLX_OFFLINE=true cargo build -q
laurel=$CARGO_TARGET_DIR/debug/laurel
LAUREL_DATA_DIR=$(mktemp -d)
export LAUREL_DATA_DIR

# A shop with something in it: a reward that can be had.
"$laurel" migrate >"$LAUREL_DATA_DIR/log" 2>&1
address=127.0.0.1:$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
"$laurel" serve --addr "$address" >>"$LAUREL_DATA_DIR/log" 2>&1 &
server=$!
stop() {
    kill -TERM "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
    rm -rf "$LAUREL_DATA_DIR"
}
trap stop EXIT
trap 'exit 130' INT TERM
for _ in $(seq 100); do
    if curl -fs -o /dev/null "http://$address/readyz"; then break; fi
    sleep 0.1
done
key=$("$laurel" api-key create --source fuzz --scopes admin --per-minute 1000000)
"$(find_postgres)/psql" -q -d "$DATABASE_URL" -c "insert into rewards
    (reward_id, name, category, picture, price, created_at, updated_at, published_at)
    values ('00000000-0000-7000-8000-000000000001', 'Coffee', 'drink', 'coffee', 1, now(), now(), now())"

say "Every call, ${LAUREL_FUZZ:-40} requests each"
status=0
"$venv/bin/schemathesis" run "http://$address/api/openapi.json" --header "Authorization: Bearer $key" --no-color \
    --checks not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,response_schema_conformance,unsupported_method \
    --phases examples,coverage,fuzzing --max-examples "${LAUREL_FUZZ:-40}" --generation-deterministic \
    --request-timeout 30 --continue-on-failure --warnings off "$@" || status=$?
say "The books after it"
"$laurel" verify || status=1
if [ $status -ne 0 ]; then
    grep -i " error" "$LAUREL_DATA_DIR/log" | tail -n 20 || true
fi
exit $status
