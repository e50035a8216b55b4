#!/usr/bin/env bash
# How fast the daemon drains a queue of no-op jobs with ten workers, as a ratio to L2: pgbench doing one claim and one
# finish statement per job on ten connections, on the same cluster in the same run, interleaved.
#
# Once as it is by default, each worker with transactions of its own, and once in throughput mode, many together.
#
#   drain.sh [PROGRAMS]        JOBS=20000 ROUNDS=3 WORKERS=400 BATCH=200 by default
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
programs=${1:-$root/.build/release}
jobs=${JOBS:-20000} rounds=${ROUNDS:-3} workers=${WORKERS:-400} batch=${BATCH:-200}
[ -x "$programs/ix-worker" ] || { echo "drain.sh: no programs in $programs (make build)" >&2; exit 69; }
work=$(mktemp -d "${TMPDIR:-/tmp}/ix-worker-bench.XXXXXX")
chmod 755 "$work"
trap '"$root/Tests/cluster.sh" kill "$work/postgres" >/dev/null 2>&1 || true; rm -rf "$work"' EXIT
IX_POSTGRES_URL=$(FSYNC=on "$root/Tests/cluster.sh" start "$work/postgres")
export IX_POSTGRES_URL
sql() { psql "$IX_POSTGRES_URL" -qAtX -v ON_ERROR_STOP=1 "$@"; }
"$programs/ix-worker" migrate >/dev/null
sql -f "$root/Tests/bench/plain.sql"

plain() {
    sql -c "TRUNCATE plain_jobs" -c "INSERT INTO plain_jobs (ix_id, client_id, request_id, request)
        SELECT 'noop', 'bench', n::text, '{\"seq\": 1, \"text\": \"a small request\"}' FROM generate_series(1, $jobs) n" \
        -c "VACUUM ANALYZE plain_jobs" -c CHECKPOINT
    pgbench "$IX_POSTGRES_URL" -n -M prepared -c 10 -j 2 -t $((jobs / 10)) -f "$root/Tests/bench/l2.sql" \
        >"$work/pgbench" 2>"$work/pgbench.log" || { cat "$work/pgbench.log" >&2; exit 1; }
    awk '/^tps/ { printf "%.0f\n", $3 }' "$work/pgbench"
}

# drain JOBS [SETTINGS OF THE DAEMON…]
drain() {
    local jobs=$1
    shift
    sql -c "TRUNCATE ix_jobs" -c "INSERT INTO ix_jobs (created_at, job_id, ix_id, client_id, request_id, use_case, request)
        SELECT now() - interval '1 hour' + n * interval '100 us', gen_random_uuid(), 'noop', 'bench', n::text, 'echo', jsonb_build_object('use_case', 'echo', 'ix_id',
            'noop', 'ix_client_id', 'bench', 'request_id', n::text, 'seq', 1, 'text', 'a small request')
        FROM generate_series(1, $jobs) n" -c "VACUUM ANALYZE ix_jobs" -c CHECKPOINT
    IX_WORKER_STATE_DIRECTORY=$work/state "$programs/ix-worker" --set postgres.connections=10 --set log.level=notice "$@" \
        2>"$work/daemon.log" &
    daemon=$!
    # A look costs the server something, so there are few.
    until [ "$(sql -c "SELECT EXISTS (SELECT 1 FROM ix_jobs WHERE status = 'pending' OR status = 'running')")" = f ]; do
        sleep 0.5
    done
    kill -TERM "$daemon"
    wait "$daemon"
    sql -c "SELECT round(count(*) / extract(epoch FROM max(finished_at) - min(started_at))) FROM ix_jobs WHERE status = 'done'"
}

printf '%-7s %10s %10s %8s %12s %8s\n' round 'L2 jobs/s' 'ix jobs/s' ratio 'batch jobs/s' ratio
for round in $(seq "$rounds"); do
    bare=$(plain)
    ours=$(drain "$jobs" --set worker.count=10)
    many=$(drain $((jobs * 3)) --set worker.count="$workers" --set worker.batch="$batch")
    awk -v r="$round" -v a="$bare" -v b="$ours" -v c="$many" \
        'BEGIN { printf "%-7s %10d %10d %8.2f %12d %8.2f\n", r, a, b, b / a, c, c / a }'
done
