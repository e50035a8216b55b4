#!/bin/sh
# A booted systemd for tests: a container over the machine's own root (or over the folder that BASE names), with a network of
# its own (none).
#
#   boot.sh hold DIR [OPTION…]    boot it, print its init's pid, end it and remove DIR when stdin closes
#   boot.sh start DIR [OPTION…]   the same without waiting; OPTIONs (--bind=…) go to systemd-nspawn
#   boot.sh exec DIR COMMAND…     run a command inside
#   boot.sh stop DIR
#
# What is written inside lies on a tmpfs; its mounts live in a mount namespace of their own and vanish with the
# container. Needs root. Several run at once, each in its own DIR.
set -eu
[ $# -ge 2 ] || { echo "usage: boot.sh hold|start|exec|stop DIR …" >&2; exit 64; }
action=$1
dir=$2
shift 2
name="ix-boot-$(echo "$dir" | tr -c 'A-Za-z0-9\n' '-')"
hierarchies="/sys/fs/cgroup/systemd /sys/fs/cgroup/unified /sys/fs/cgroup"

# This machine's folder for temporary files isn't there.
inside() { env -u TMPDIR nsenter -t "$(cat "$dir/leader")" -m -u -i -n -p -C -r -w -- "$@"; }

# On a machine without systemd, no process makes a cgroup for the container; two containers would share one cgroup.
enter_cgroup() {
    for hierarchy in $hierarchies; do
        [ -e "$hierarchy/cgroup.procs" ] || continue
        mkdir -p "$hierarchy/$name"
        echo $$ >"$hierarchy/$name/cgroup.procs"
    done
}

# A cgroup stays busy until its last process is reaped.
leave_cgroup() {
    for hierarchy in $hierarchies; do
        tries=0
        while [ -d "$hierarchy/$name" ] && [ $tries -lt 100 ]; do
            find "$hierarchy/$name" -depth -type d -exec rmdir {} + 2>/dev/null && break
            tries=$((tries + 1))
            sleep 0.02
        done
    done
}

# Becomes the container. Runs in a mount namespace of its own. Only what journald, the bus and a unit need is started.
become() {
    [ -d /run/systemd/system ] || { enter_cgroup; set -- --keep-unit "$@"; }
    mount -t tmpfs -o mode=755 ix-boot "$dir/disk"
    mkdir "$dir/disk/upper" "$dir/disk/work" "$dir/disk/root"
    mount -t overlay -o "lowerdir=${BASE:-/},upperdir=$dir/disk/upper,workdir=$dir/disk/work" ix-boot "$dir/disk/root"
    # The machines that it stands for let their services wall programs off; nspawn's own filter wouldn't.
    exec systemd-nspawn --quiet \
        --system-call-filter="landlock_create_ruleset landlock_add_rule landlock_restrict_self" \
        --register=no --private-network --link-journal=no --resolv-conf=off --timezone=off \
        --console=pipe --machine="ix-boot-$$" -D "$dir/disk/root" "$@" --boot \
        systemd.unit=basic.target systemd.mask=timers.target
}

start() {
    command -v systemd-nspawn >/dev/null || { echo "boot.sh: systemd-container is not installed (make setup)" >&2; exit 69; }
    mkdir -p "$dir/disk"
    if [ -f "$dir/leader" ] && kill -0 "$(cat "$dir/leader")" 2>/dev/null; then return; fi
    unshare -m --propagation private "$0" become "$dir" "$@" </dev/null >"$dir/log" 2>&1 &
    echo $! >"$dir/nspawn"
    wait_until_up
}

# No signal tells when init and its bus are ready; from then on systemctl waits for the end of the boot.
wait_until_up() {
    tries=0
    until find_leader && inside systemctl is-system-running --wait >"$dir/state" 2>/dev/null \
        || grep -qE 'running|degraded' "$dir/state" 2>/dev/null; do
        tries=$((tries + 1))
        if [ $tries -gt 600 ] || ! kill -0 "$(cat "$dir/nspawn")" 2>/dev/null; then
            cat "$dir/log" >&2
            exit 69
        fi
        sleep 0.05
    done
}

# The child of systemd-nspawn that is pid 1 in a namespace of its own.
find_leader() {
    for child in $(cat "/proc/$(cat "$dir/nspawn" 2>/dev/null)/task/"*/children 2>/dev/null); do
        grep -qE '^NSpid:.*[[:space:]]1$' "/proc/$child/status" 2>/dev/null || continue
        echo "$child" >"$dir/leader"
        return 0
    done
    return 1
}

# The kernel ends everything in the container with its init, and systemd-nspawn then ends by itself.
stop() {
    if [ -f "$dir/leader" ] || find_leader; then
        kill -KILL "$(cat "$dir/leader")" 2>/dev/null || true
    elif [ -f "$dir/nspawn" ]; then
        kill -KILL "$(cat "$dir/nspawn")" 2>/dev/null || true
    fi
    if [ -f "$dir/nspawn" ]; then
        timeout 10 tail -s 0.02 --pid="$(cat "$dir/nspawn")" -f /dev/null 2>/dev/null || true
    fi
    leave_cgroup
    rm -rf --one-file-system "$dir"
}

case $action in
    start)
        start "$@"
        cat "$dir/leader"
        ;;
    hold)
        trap stop EXIT
        trap '' INT HUP
        trap 'exit 0' TERM
        start "$@"
        echo "booted $(cat "$dir/leader")"
        cat >/dev/null
        ;;
    become) become "$@" ;;
    exec) inside "$@" ;;
    stop) stop ;;
    *)
        echo "usage: boot.sh hold|start|exec|stop DIR …" >&2
        exit 64
        ;;
esac
