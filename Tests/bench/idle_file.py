#!/usr/bin/env python3
"""Measures on the embedded file what idle.py measures on PostgreSQL; needs no server.

    idle_file.py FOLDER-OF-THE-PROGRAMS

Prints: start to READY, resident memory, CPU and wake-ups while idle, and the pick-up latency of jobs that another process
inserts one by one: from the return of its commit to the claim, by this machine's clock. The daemon polls once an hour, so only
the watch on the file notices. Takes about a minute.
"""
import datetime
import os
import sqlite3
import statistics
import sys
import tempfile
import time

from idle import IDLE_SECONDS, Daemon

JOBS = 300


def switches(daemon):
    tasks = "/proc/%d/task" % daemon.process.pid
    total = 0
    for task in os.listdir(tasks):
        with open("%s/%s/status" % (tasks, task)) as lines:
            total += sum(int(line.split()[1]) for line in lines if "ctxt_switches" in line)
    return total


def idle(daemon):
    cpu, wakes, begun = daemon.cpu_seconds(), switches(daemon), time.monotonic()
    time.sleep(IDLE_SECONDS)
    elapsed = time.monotonic() - begun
    print("idle: RSS %.1f MiB, of it anonymous %.1f MiB, %s threads, CPU %.2f %%, %.1f switches/s" % (
        int(daemon.status("VmRSS")) / 1024, int(daemon.status("RssAnon")) / 1024, daemon.status("Threads"),
        (daemon.cpu_seconds() - cpu) / elapsed * 100, (switches(daemon) - wakes) / elapsed))


def latency(path):
    db = sqlite3.connect(path, timeout=20, isolation_level=None)
    committed = {}
    for number in range(JOBS):
        key = str(number)
        db.execute("INSERT INTO ix_enqueue (request) VALUES (json_object('use_case', 'echo', 'ix_client_id', 'idle',"
                   " 'request_id', ?))", (key,))
        committed[key] = time.time()
        time.sleep(0.05)
    limit = time.monotonic() + 60
    while db.execute("SELECT count(*) FROM ix_jobs WHERE status <> 'done'").fetchone()[0]:
        if time.monotonic() > limit:
            raise SystemExit("the jobs did not end within a minute")
        time.sleep(0.05)
    waits = sorted(
        max(0.0, datetime.datetime.fromisoformat(started.replace("Z", "+00:00")).timestamp() - committed[key]) * 1000
        for key, started in db.execute("SELECT request_id, started_at FROM ix_jobs"))
    print("pick-up of another process's job: p50 %.1f ms, p99 %.1f ms, max %.1f ms of %d jobs" % (
        waits[len(waits) // 2], waits[len(waits) * 99 // 100], waits[-1], len(waits)))


def main():
    programs = os.path.abspath(sys.argv[1])
    with tempfile.TemporaryDirectory(prefix="ix-worker-idle.") as work:
        path, state = work + "/jobs.db", work + "/state"
        starts = []
        for _ in range(10):
            daemon = Daemon(programs, path, state)
            starts.append(daemon.seconds * 1000)
            daemon.stop()
        print("start to READY: median %.0f ms, slowest %.0f ms of %d" % (
            statistics.median(starts), max(starts), len(starts)))
        daemon = Daemon(programs, path, state, "worker.poll_seconds=3600")
        idle(daemon)
        latency(path)
        daemon.stop()


if __name__ == "__main__":
    main()
