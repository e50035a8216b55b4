#!/usr/bin/env python3
"""Measures what a daemon costs when nothing happens, and how soon it notices that something does.

    idle.py FOLDER-OF-THE-PROGRAMS

Prints: start to READY, resident memory, CPU and transactions per second while idle, and the pick-up latency (from the
insert's transaction to the claim's, by the database's clock) with notifications and with polling alone. On a private
PostgreSQL of its own, which it removes; takes about a minute.
"""
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
CLUSTER = os.path.join(HERE, "..", "cluster.sh")
IDLE_SECONDS = 20


class Daemon:
    """A running daemon on a database's URL or a file's path; `seconds` is what its start took."""

    def __init__(self, programs, store, state, *settings):
        environment = {name: value for name, value in os.environ.items() if not name.startswith("IX_")}
        environment["IX_SQLITE_PATH" if store.startswith("/") else "IX_POSTGRES_URL"] = store
        environment["IX_WORKER_STATE_DIRECTORY"] = state
        flags = [word for setting in settings for word in ("--set", setting)]
        begun = time.monotonic()
        self.process = subprocess.Popen([os.path.join(programs, "ix-worker")] + flags, env=environment,
                                        stderr=subprocess.PIPE, text=True)
        for line in self.process.stderr:
            if " ready " in line:
                break
        else:
            raise SystemExit("the daemon did not become ready")
        self.seconds = time.monotonic() - begun
        # A full pipe would hold the daemon up.
        threading.Thread(target=self.process.stderr.read, daemon=True).start()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=60)

    def status(self, field):
        with open("/proc/%d/status" % self.process.pid) as lines:
            return next(line.split()[1] for line in lines if line.startswith(field + ":"))

    def cpu_seconds(self):
        with open("/proc/%d/stat" % self.process.pid) as line:
            fields = line.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Session:
    """A psql that stays open, so that asking costs a round trip and no start."""

    def __init__(self, url):
        self.psql = subprocess.Popen(["psql", url, "-qAtX"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def value(self, sql):
        self.psql.stdin.write(sql.replace("\n", " ") + ";\n")
        self.psql.stdin.flush()
        return self.psql.stdout.readline().strip()

    def close(self):
        self.psql.stdin.close()
        self.psql.wait()


def idle(daemon, session):
    count = "SELECT xact_commit + xact_rollback FROM pg_stat_database WHERE datname = current_database()"
    cpu, transactions, begun = daemon.cpu_seconds(), int(session.value(count)), time.monotonic()
    time.sleep(IDLE_SECONDS)
    elapsed = time.monotonic() - begun
    more = int(session.value(count)) - transactions - 1  # the second question itself
    print("idle: RSS %.1f MiB, of it anonymous %.1f MiB, %s threads, CPU %.2f %%, %.2f transactions/s" % (
        int(daemon.status("VmRSS")) / 1024, int(daemon.status("RssAnon")) / 1024, daemon.status("Threads"),
        (daemon.cpu_seconds() - cpu) / elapsed * 100, more / elapsed))


def latency(session, name, count, pause):
    for number in range(count):
        session.value("SELECT job_id FROM ix_enqueue('{}', use_case => 'echo', client_id => '%s', request_id => '%d')"
                      % (name, number))
        time.sleep(pause)
    limit = time.monotonic() + 60
    while session.value("SELECT count(*) FROM ix_jobs WHERE client_id = '%s' AND status <> 'done'" % name) != "0":
        if time.monotonic() > limit:
            raise SystemExit("the jobs did not end within a minute")
        time.sleep(0.05)
    shares = session.value(
        "SELECT percentile_cont(ARRAY[0.5, 0.99, 1]) WITHIN GROUP (ORDER BY extract(epoch FROM started_at - created_at)"
        " * 1000) FROM ix_jobs WHERE client_id = '%s'" % name).strip("{}").split(",")
    print("pick-up, %s: p50 %.1f ms, p99 %.1f ms, max %.1f ms of %d jobs" % ((name,) + tuple(map(float, shares)) + (count,)))


def main():
    programs = os.path.abspath(sys.argv[1])
    with tempfile.TemporaryDirectory(prefix="ix-worker-idle.") as work:
        os.chmod(work, 0o755)
        url = subprocess.run([CLUSTER, "start", work + "/postgres"], check=True, stdout=subprocess.PIPE,
                             text=True).stdout.strip()
        try:
            measure(programs, url, work + "/state")
        finally:
            subprocess.run([CLUSTER, "kill", work + "/postgres"])


def measure(programs, url, state):
    subprocess.run([os.path.join(programs, "ix-worker"), "migrate"], check=True, stdout=subprocess.DEVNULL,
                   env=dict(os.environ, IX_POSTGRES_URL=url))
    starts = []
    for _ in range(10):
        daemon = Daemon(programs, url, state)
        starts.append(daemon.seconds * 1000)
        daemon.stop()
    print("start to READY: median %.0f ms, slowest %.0f ms of %d" % (statistics.median(starts), max(starts), len(starts)))
    session = Session(url)
    daemon = Daemon(programs, url, state)
    idle(daemon, session)
    latency(session, "notifications", 300, 0.02)
    daemon.stop()
    daemon = Daemon(programs, url, state, "postgres.listen_url=off")
    latency(session, "polling alone", 80, 0.25)
    daemon.stop()
    session.close()


if __name__ == "__main__":
    main()
