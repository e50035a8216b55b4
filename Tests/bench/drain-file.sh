#!/usr/bin/env bash
# How fast the daemon drains a queue of no-op jobs with ten workers on the embedded file, as a ratio to a bare loop of two
# durable transactions per job by the same library on the same disk, in the same run, interleaved.
#
#   drain-file.sh [PROGRAMS]        JOBS=5000 ROUNDS=5 by default
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
programs=${1:-$root/.build/release}
jobs=${JOBS:-5000} rounds=${ROUNDS:-5}
for program in ix-worker ix-bench-bare; do
    [ -x "$programs/$program" ] || { echo "drain-file.sh: no $program in $programs" >&2; exit 69; }
done
work=$(mktemp -d "${TMPDIR:-/tmp}/ix-worker-bench.XXXXXX")
trap 'rm -rf "$work"' EXIT
disk=$(findmnt -n -o FSTYPE -T "$work")
[ "$disk" != tmpfs ] || { echo "drain-file.sh: $work is in memory, where a sync costs nothing; set TMPDIR" >&2; exit 69; }
unset IX_POSTGRES_URL

drain() {
    rm -rf "$work/ours" && mkdir "$work/ours"
    export IX_SQLITE_PATH=$work/ours/jobs.db IX_WORKER_STATE_DIRECTORY=$work/ours/state
    "$programs/ix-worker" migrate >/dev/null
    python3 - "$IX_SQLITE_PATH" "$jobs" <<'PY'
import sqlite3, sys
db = sqlite3.connect(sys.argv[1], timeout=20)
db.executemany(
    """INSERT INTO ix_enqueue (request) VALUES (json_object('use_case', 'echo', 'ix_client_id', 'bench', 'request_id', ?,
       'seq', 1, 'text', 'a small request'))""", ((str(n),) for n in range(int(sys.argv[2]))))
db.commit()
db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
PY
    "$programs/ix-worker" --set worker.count=10 --set log.level=notice 2>"$work/daemon.log" &
    daemon=$!
    python3 - "$IX_SQLITE_PATH" <<'PY'
import sqlite3, sys, time
db = sqlite3.connect(sys.argv[1], timeout=20)
while db.execute("SELECT EXISTS (SELECT 1 FROM ix_jobs WHERE status IN ('pending', 'running'))").fetchone()[0]:
    time.sleep(0.2)
print(db.execute("""SELECT CAST(count(*) / (86400 * (julianday(max(finished_at)) - julianday(min(started_at)))) AS integer)
                    FROM ix_jobs WHERE status = 'done'""").fetchone()[0])
PY
    kill -TERM "$daemon"
    wait "$daemon"
}

bare() {
    rm -rf "$work/bare" && mkdir "$work/bare"
    "$programs/ix-bench-bare" "$work/bare/jobs.db" "$jobs"
}

echo "$jobs jobs a round, on $disk"
printf '%-7s %12s %10s %8s\n' round 'bare jobs/s' 'ix jobs/s' ratio
for round in $(seq "$rounds"); do
    a=$(bare)
    b=$(drain)
    awk -v r="$round" -v a="$a" -v b="$b" 'BEGIN { printf "%-7s %12d %10d %8.2f\n", r, a, b, b / a }'
done
