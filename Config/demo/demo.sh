#!/usr/bin/env bash
# The main job, on real documents: starts the daemon with the extraction pipeline and an HTTP receiver, enqueues the
# sample documents, shows each job's life, response and callback, and stops everything. Jobs live in an embedded file, or
# in a private PostgreSQL; all else is the same.
#
#   demo.sh FOLDER-OF-THE-PROGRAMS [sqlite | postgres [every]]    every: the fields of every document, not of one
set -euo pipefail
store=${2:-sqlite}
root=$(cd "$(dirname "$0")/../.." && pwd)
programs=$(cd "$1" && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/ix-worker-demo.XXXXXX")
chmod 755 "$work"
daemon="" receiver=""

finish() {
    status=$?
    trap - EXIT
    [ -z "$daemon" ] || { kill -TERM "$daemon" 2>/dev/null && wait "$daemon" || true; }
    [ -z "$receiver" ] || { kill -TERM "$receiver" 2>/dev/null && wait "$receiver" || true; }
    [ "$store" != postgres ] || "$root/Tests/cluster.sh" kill "$work/postgres" >/dev/null 2>&1 || true
    if [ "$status" != 0 ]; then
        echo "demo: failed; the daemon's log:" >&2
        cat "$work/daemon.log" >&2 2>/dev/null || true
    fi
    rm -rf "$work" || true
    exit "$status"
}
trap finish EXIT

say() { printf '\n== %s\n' "$*"; }

# Waits up to 30 s for a line in a file.
await_line() {
    for _ in $(seq 300); do
        grep -q -- "$1" "$2" 2>/dev/null && return
        sleep 0.1
    done
    echo "demo: '$1' did not appear in $2" >&2
    return 1
}

for name in $(env | sed -n 's/^\(IX_[A-Z_]*\|PG[A-Z]*\)=.*/\1/p'); do unset "$name"; done
export IX_WORKER_STATE_DIRECTORY="$work/state"
case $store in
sqlite)
    say "the store: one file, no server"
    export IX_SQLITE_PATH="$work/state/jobs.db"
    ;;
postgres)
    say "the store: a private PostgreSQL"
    IX_POSTGRES_URL=$("$root/Tests/cluster.sh" start "$work/postgres")
    export IX_POSTGRES_URL
    ;;
*)
    echo "demo: STORE is sqlite or postgres, not '$store'" >&2
    exit 64
    ;;
esac
"$programs/ix-worker" migrate

say "the receiver of callbacks, and the daemon"
secret=whsec_$(head -c 24 /dev/urandom | base64)
python3 "$root/Config/callbacks/receiver.py" "$secret" >"$work/callbacks.jsonl" &
receiver=$!
cat >"$work/ix-worker.toml" <<TOML
[pipelines.extract]
kind = "exec"
command = ["python3", "$root/Config/pipelines/extract/extract.py"]
timeout_seconds = 120

[callback]
secret = "$secret"
TOML
"$programs/ix-worker" --config "$work/ix-worker.toml" 2>"$work/daemon.log" &
daemon=$!
await_line ' ready ' "$work/daemon.log"
await_line '^port ' "$work/callbacks.jsonl"
port=$(sed -n 's/^port //p' "$work/callbacks.jsonl")
grep ' ready ' "$work/daemon.log"

say "enqueue the documents"
jobs=()
for document in "$root"/Config/samples/*.pdf; do
    name=$(basename "$document" .pdf)
    printf '{"context":{"document":"%s"}}' "$document" >"$work/request.json"
    id=$("$programs/ixctl" enqueue extract --client-id demo --request-id "$name" --request "$work/request.json" \
        --callback-url "http://127.0.0.1:$port/callbacks/$name")
    echo "$id  $name"
    jobs+=("$id")
done

say "the results"
await_ended() {
    for _ in $(seq 600); do
        "$programs/ixctl" get "$1" --json >"$work/job.json"
        python3 - "$work/job.json" <<'PY' && return
import json, sys
job = json.load(open(sys.argv[1]))
sys.exit(0 if job["status"] in ("done", "error") and job["callback_status"] else 1)
PY
        sleep 0.1
    done
    echo "demo: job $1 did not end" >&2
    return 1
}
failed=0
for id in "${jobs[@]}"; do
    await_ended "$id"
    form=brief
    if [ "${3:-}" = every ] || grep -q '"invoice-scanned"' "$work/job.json"; then form=full; fi
    python3 "$root/Config/demo/show.py" "$work/job.json" "$work/callbacks.jsonl" "$work/daemon.log" $form || failed=1
done

say "stopping"
kill -TERM "$daemon"
wait "$daemon"
daemon=""
echo "the daemon finished its jobs and exited 0"
[ "$failed" = 0 ] || { echo "demo: a result is wrong" >&2; exit 1; }
echo "${#jobs[@]} documents in, ${#jobs[@]} done, ${#jobs[@]} callbacks delivered."

say "next"
echo "make run               the daemon in the foreground; it prints what to type in a second terminal"
echo "http://127.0.0.1:8791/ the dashboard of that daemon; \"ixctl open\" opens it without a token"
echo "README.md              \"Your own pipeline\": a program of yours in ten lines"
echo "docs/                  operation, pipelines, HTTP API, callbacks"
