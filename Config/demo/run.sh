#!/usr/bin/env bash
# Runs the daemon in the foreground: on the store that the environment names, else on the embedded file; with `postgres` on
# a private PostgreSQL that ends with it, unless IX_POSTGRES_URL names one.
#
#   run.sh FOLDER-OF-THE-PROGRAMS [sqlite | postgres]
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
programs=$(cd "$1" && pwd)
if [ "${2:-}" = postgres ] && [ -z "${IX_POSTGRES_URL:-}" ]; then
    work=$(mktemp -d "${TMPDIR:-/tmp}/ix-worker-run.XXXXXX")
    chmod 755 "$work"
    trap '"$root/Tests/cluster.sh" kill "$work/postgres" >/dev/null 2>&1 || true; rm -rf "$work"' EXIT
    IX_POSTGRES_URL=$("$root/Tests/cluster.sh" start "$work/postgres")
    export IX_POSTGRES_URL IX_WORKER_STATE_DIRECTORY="$work/state"
    echo "In another terminal:"
    echo "  export IX_POSTGRES_URL='$IX_POSTGRES_URL'"
    echo "  $programs/ixctl enqueue echo --wait"
fi
"$programs/ix-worker" migrate
if [ -z "${IX_POSTGRES_URL:-}" ]; then
    echo "In another terminal: $programs/ixctl enqueue echo --wait"
    echo "The dashboard:       $programs/ixctl open      (http://127.0.0.1:8791/)"
fi
# Ctrl-C reaches the daemon too; this shell stays to tidy up.
trap '' INT
trap 'kill -TERM "$daemon"' TERM
"$programs/ix-worker" &
daemon=$!
while ! wait "$daemon"; do kill -0 "$daemon" 2>/dev/null || break; done
