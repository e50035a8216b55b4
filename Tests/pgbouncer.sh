#!/bin/sh
# A private PgBouncer in transaction mode, for tests.
#
#   pgbouncer.sh hold DIR HOST PORT [SETTING=VALUE…]
#
# Runs it in DIR, in front of the server whose Unix socket lies in HOST, and prints "pooler is up". A line `restart` on
# stdin ends it at once and starts it again; when stdin closes it ends and DIR is removed. It refuses root, so as root it
# runs as the user postgres.
set -eu
[ $# -ge 4 ] && [ "$1" = hold ] || { echo "usage: pgbouncer.sh hold DIR HOST PORT [SETTING=VALUE…]" >&2; exit 64; }
dir=$2
host=$3
port=$4
shift 4
PATH=$PATH:/usr/sbin
command -v pgbouncer >/dev/null || { echo "pgbouncer.sh: pgbouncer is not installed (make setup)" >&2; exit 69; }

as_user=""
if [ "$(id -u)" = 0 ]; then as_user="setpriv --reuid postgres --regid $(id -g postgres) --clear-groups"; fi

configure() {
    mkdir -p "$dir"
    echo '"ix" ""' >"$dir/users"
    cat >"$dir/pgbouncer.ini" <<CONF
[databases]
* = host=$host port=$port
[pgbouncer]
listen_port = 6432
unix_socket_dir = $dir
auth_type = trust
auth_file = $dir/users
admin_users = ix
pool_mode = transaction
default_pool_size = 2
max_client_conn = 200
CONF
    for setting in "$@"; do echo "$setting" >>"$dir/pgbouncer.ini"; done
    [ -z "$as_user" ] || chown -R postgres "$dir"
    chmod 755 "$dir"
}

start() {
    rm -f "$dir"/.s.PGSQL.*
    # shellcheck disable=SC2086
    $as_user pgbouncer "$dir/pgbouncer.ini" </dev/null >>"$dir/log" 2>&1 &
    pid=$!
    until [ -S "$dir/.s.PGSQL.6432" ]; do
        kill -0 $pid 2>/dev/null || { cat "$dir/log" >&2; exit 69; }
        sleep 0.02
    done
    echo "pooler is up"
}

finish() {
    kill -KILL $pid 2>/dev/null || true
    wait $pid 2>/dev/null || true
}

configure "$@"
pid=""
trap 'finish; rm -rf "$dir"' EXIT
trap '' INT HUP
trap 'exit 0' TERM
start
while read -r word; do
    [ "$word" = restart ] || continue
    finish
    start
done
