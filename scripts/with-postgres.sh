#!/usr/bin/env bash
# Runs a command with DATABASE_URL set to a Postgres of its own, which is stopped and thrown away afterwards.
. "$(dirname "$0")/lib.sh"
bin=$(find_postgres) || missing "Postgres" "Run scripts/setup.sh test first."
home=$(mktemp -d "${TMPDIR:-/tmp}/laurel-postgres.XXXXXX")

# Postgres refuses to run as root.
as=()
if is_root; then
    user=nobody
    if id postgres >/dev/null 2>&1; then user=postgres; fi
    chown "$user" "$home"
    as=(setpriv "--reuid=$user" "--regid=$(id -g "$user")" --clear-groups)
fi

stop() {
    local pid tries=0
    pid=$(head -n 1 "$home/data/postmaster.pid" 2>/dev/null || true)
    if [ -n "$pid" ]; then
        kill -INT "$pid" 2>/dev/null || true
        while kill -0 "$pid" 2>/dev/null && [ $tries -lt 100 ]; do
            sleep 0.1
            tries=$((tries + 1))
        done
    fi
    rm -rf "$home"
}
trap stop EXIT
trap 'exit 130' INT TERM

(cd "$home" && ${as[@]+"${as[@]}"} "$bin/initdb" -D data -U laurel --auth=trust -E UTF8 --no-locale --no-sync >initdb.log) ||
    missing "a Postgres that starts" "Its initdb says: $(tail -n 3 "$home/initdb.log")"
# Compiling a statement (jit) takes longer than all of its rows; the server's own Postgres does not do it either.
settings=(-c jit=off)
if [ -n "${LAUREL_POSTGRES_DURABLE:-}" ]; then
    settings+=(-c shared_preload_libraries=pg_stat_statements -c pg_stat_statements.track_planning=on -c autovacuum_naptime=10s -c random_page_cost=1.1 -c max_wal_size=2GB)
    # A quarter of the memory, as Postgres's manual advises.
    settings+=(-c "shared_buffers=$(($(memory) / 4096))MB")
else
    # Nothing here outlives the command, so nothing waits for the disk; unless it is waiting that is measured.
    settings+=(-c fsync=off -c synchronous_commit=off -c full_page_writes=off)
fi
(cd "$home" && exec ${as[@]+"${as[@]}"} "$bin/postgres" -D data -k "$home" -c listen_addresses= -c max_connections=200 \
    "${settings[@]}" >postgres.log 2>&1) &
for _ in $(seq 100); do
    if "$bin/pg_isready" -q -h "$home"; then break; fi
    sleep 0.1
done
# Every database begins as a copy of template1. With the schema in it no test waits for the migrations; what stands in
# their table is what sqlx writes there, and it compares the checksums before it believes that there is nothing to do.
migrate() {
    local file name
    cat <<'SQL'
create table _sqlx_migrations (
    version bigint primary key, description text not null, installed_on timestamptz not null default now(),
    success boolean not null, checksum bytea not null, execution_time bigint not null
);
SQL
    for file in migrations/*.sql; do
        name=$(basename "$file" .sql)
        cat "$file"
        printf "insert into _sqlx_migrations values (%d, '%s', now(), true, '\\\\x%s', 0);\n" \
            "$((10#${name%%_*}))" "$(tr _ ' ' <<<"${name#*_}")" "$(sha384 <"$file")"
    done
}
sha384() { (sha384sum 2>/dev/null || shasum -a 384) | cut -d' ' -f1; }
migrate | "$bin/psql" -h "$home" -U laurel -d template1 -q -v ON_ERROR_STOP=1 --single-transaction ||
    missing "a Postgres that takes the migrations" "$(tail -n 3 "$home/postgres.log")"
"$bin/createdb" -h "$home" -U laurel laurel

export DATABASE_URL="postgres://laurel@localhost/laurel?host=$home"
"$@"
