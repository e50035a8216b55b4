#!/bin/sh
# A private PostgreSQL cluster on a Unix socket, for tests and demonstrations.
#
#   cluster.sh hold DIR   make it in DIR, start it, print its address, stop it and remove DIR when stdin closes
#   cluster.sh start DIR | stop DIR | restart DIR | kill DIR | promote DIR
#
# initdb refuses root, so as root the server runs as the user postgres (or without one as an unprivileged user). FSYNC=on keeps it durable (default
# off: nothing here outlives its test). CLOCK_LIBRARY is preloaded into the server, for a clock that can be set. The server listens on no network unless PORT is set (127.0.0.1). PRIMARY names the
# DIR of a running cluster that this one follows as a hot standby. SERVER_OPTIONS are put on the server's command line.
set -eu
action=$1
dir=$2

bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1 || true)
[ -n "$bin" ] || bin=$(dirname "$(command -v initdb || echo /nowhere/initdb)")
[ -x "$bin/initdb" ] || { echo "cluster.sh: PostgreSQL's server is not installed (make setup)" >&2; exit 69; }

as_user() {
    if [ "$(id -u)" = 0 ]; then
        user=postgres
        id postgres >/dev/null 2>&1 || user=nobody
        setpriv --reuid "$user" --regid "$(id -g "$user")" --clear-groups "$@"
    else
        "$@"
    fi
}

make_cluster() {
    mkdir -p "$dir"
    if [ "$(id -u)" = 0 ]; then
        owner=postgres
        id postgres >/dev/null 2>&1 || owner=nobody
        chown "$owner" "$dir"
    fi
    chmod 755 "$dir"
    [ -f "$dir/data/PG_VERSION" ] && return
    if [ -n "${PRIMARY:-}" ]; then follow; else initialize; fi
    configure
}

follow() {
    as_user "$bin/pg_basebackup" -h "$PRIMARY" -U ix -D "$dir/data" -R -X stream -c fast -N >"$dir.log" 2>&1 \
        || { cat "$dir.log" >&2; exit 69; }
}

initialize() {
    as_user "$bin/initdb" -D "$dir/data" -U ix -A trust -E UTF8 --locale=C.UTF-8 -N >"$dir.log" 2>&1 \
        || { cat "$dir.log" >&2; exit 69; }
}

configure() {
    as_user sh -c "cat >>'$dir/data/postgresql.conf'" <<CONF
listen_addresses = '${PORT:+127.0.0.1}'
port = ${PORT:-5432}
unix_socket_directories = '$dir'
fsync = ${FSYNC:-off}
max_connections = 300
max_prepared_transactions = 20
shared_buffers = '256MB'
log_min_messages = warning
CONF
}

start_cluster() {
    make_cluster
    as_user ${CLOCK_LIBRARY:+env LD_PRELOAD="$CLOCK_LIBRARY"} "$bin/pg_ctl" -D "$dir/data" -l "$dir/data/server.log" ${SERVER_OPTIONS:+-o "$SERVER_OPTIONS"} -w -t 60 -s start </dev/null >/dev/null \
        || { tail "$dir/data/server.log" >&2; exit 69; }
}

stop_cluster() { as_user "$bin/pg_ctl" -D "$dir/data" -m "$1" -w -t 60 -s stop </dev/null >/dev/null 2>&1 || true; }

case $action in
    start)
        start_cluster
        echo "postgresql:///postgres?host=$dir&port=${PORT:-5432}&user=ix"
        ;;
    stop) stop_cluster fast ;;
    kill) stop_cluster immediate ;;
    promote) as_user "$bin/pg_ctl" -D "$dir/data" -w -t 60 -s promote ;;
    restart)
        stop_cluster immediate
        start_cluster
        ;;
    hold)
        trap 'stop_cluster immediate; rm -rf "$dir" "$dir.log"' EXIT
        trap '' INT HUP
        trap 'exit 0' TERM
        start_cluster
        echo "postgresql:///postgres?host=$dir&port=${PORT:-5432}&user=ix"
        cat >/dev/null
        ;;
    *)
        echo "usage: cluster.sh hold|start|stop|restart|kill|promote DIR" >&2
        exit 64
        ;;
esac
