#!/usr/bin/env python3
"""Counts the instructions that a drained job costs, in the server and in the daemon, by callgrind.

    instructions.py [PROGRAMS] [--jobs N] [--set KEY=VALUE]... [--against OTHER] [--server]

Instructions repeat within a per cent whatever else the machine does, so they compare two builds where rates can't.
PROGRAMS, OTHER: folders with ix-worker, built for release. One worker on one connection drains N echo jobs, then 4 N; what
three quarters of the second run cost more is divided by 3 N, so that start and stop don't count. With OTHER the last line is
the ratio of PROGRAMS to OTHER. --set: a setting of PROGRAMS alone, so that PROGRAMS against itself says what the setting costs.
--server: the daemon runs at its own speed and isn't counted; a debug build will do, since
the server's work is the same. Needs valgrind.
"""
import argparse
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from table.ground import ROOT, ROWS

CALLGRIND = ["valgrind", "--tool=callgrind", "--quiet"]


class Server:
    """A private cluster whose server runs under callgrind: each backend leaves its count when it ends."""

    def __init__(self, work, before=None):
        """`before` gets the address while the server runs at its own speed."""
        self.folder = os.path.join(work, "postgres")
        self.counts = os.path.join(work, "counts")
        os.mkdir(self.counts)
        cluster = [ROOT + "/Tests/cluster.sh", "start", self.folder]
        self.url = subprocess.run(cluster, stdout=subprocess.PIPE, text=True, check=True).stdout.strip()
        with open(f"/proc/{self.postmaster()}/cmdline") as line:
            program = line.read().split("\0")[0]
        if before:
            before(self.url)
        owner = pwd.getpwuid(os.stat(self.folder + "/data").st_uid)
        subprocess.run([ROOT + "/Tests/cluster.sh", "stop", self.folder], check=True)
        os.chown(self.counts, owner.pw_uid, owner.pw_gid)
        become = ["setpriv", "--reuid", owner.pw_name, "--regid", str(owner.pw_gid), "--clear-groups"] if os.getuid() == 0 else []
        self.process = subprocess.Popen(
            [*become, *CALLGRIND, f"--callgrind-out-file={self.counts}/%p", program, "-D", self.folder + "/data"],
            stderr=subprocess.DEVNULL, env={**os.environ, "TMPDIR": self.counts})  # valgrind writes there as the owner
        while subprocess.run(["pg_isready", "-q", "-d", self.url]).returncode:
            time.sleep(0.2)

    def postmaster(self):
        with open(self.folder + "/data/postmaster.pid") as file:
            return int(file.readline())

    def sql(self, text):
        words = ["psql", self.url, "-qAtX", "-v", "ON_ERROR_STOP=1", "-c", text]
        return subprocess.run(words, stdout=subprocess.PIPE, text=True, check=True).stdout.strip()

    def close(self):
        self.process.send_signal(signal.SIGQUIT)
        self.process.wait()


def total(path, seconds=60):
    """The count that an ended process left in `path`."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if os.path.exists(path):
            with open(path) as lines:
                for line in lines:
                    if line.startswith(("totals:", "summary:")):
                        return int(line.split()[1])
        time.sleep(0.2)
    raise SystemExit("instructions: no count in " + path)


def drain(server, program, work, jobs, name, server_only, settings):
    """Instructions of the daemon's backends, and of the daemon."""
    server.sql("TRUNCATE ix_jobs CASCADE")
    server.sql(ROWS.format(columns="", values="", count=jobs, client="bench"))
    server.sql("ANALYZE ix_jobs")
    out = os.path.join(work, f"daemon.{name}.{jobs}")
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("IX_", "PG"))}
    environment.update(IX_POSTGRES_URL=server.url, IX_WORKER_STATE_DIRECTORY=f"{work}/state.{name}")
    # Duties would count by the seconds that callgrind takes.
    words = ["worker.count=1", "postgres.connections=1", "log.level=notice", "postgres.listen_url=off",
             "worker.lease_seconds=600", "worker.heartbeat_seconds=200", *settings]
    daemon = subprocess.Popen(
        [*([] if server_only else [*CALLGRIND, f"--callgrind-out-file={out}"]), program, *(word for key in words for word in ("--set", key))],
        env=environment, stderr=open(os.path.join(work, "daemon.log"), "a"))
    backends = set()
    while server.sql("SELECT NOT EXISTS (SELECT 1 FROM ix_jobs WHERE status IN ('pending', 'running'))") == "f":
        backends |= set(server.sql("SELECT pid FROM pg_stat_activity WHERE application_name LIKE 'ix-worker%'").split())
        if daemon.poll() is not None:
            with open(os.path.join(work, "daemon.log")) as log:
                raise SystemExit(f"instructions: the daemon ended with {daemon.returncode}\n{log.read()}")
        time.sleep(1)
    daemon.send_signal(signal.SIGTERM)
    daemon.wait()
    return sum(total(f"{server.counts}/{pid}") for pid in backends), 0 if server_only else total(out)


def measure(server, programs, work, jobs, name, server_only, settings=()):
    program = os.path.join(work, "ix-worker." + name)
    # valgrind can't read the debugging information of Swift's compiler.
    subprocess.run(["strip", "--strip-debug", "-o", program, os.path.join(programs, "ix-worker")], check=True)
    server.sql("SET client_min_messages = warning; DROP SCHEMA public CASCADE")
    server.sql("CREATE SCHEMA public")
    subprocess.run([program, "migrate"], env={**os.environ, "IX_POSTGRES_URL": server.url}, check=True, stdout=subprocess.DEVNULL)
    short, long = (drain(server, program, work, count, name, server_only, settings) for count in (jobs, 4 * jobs))
    cost = [(more - less) / (3 * jobs) / 1000 for less, more in zip(short, long)]
    print(f"{programs}: {cost[0]:.1f} k instructions a job in the server, {cost[1]:.1f} k in the daemon", flush=True)
    return cost


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("programs", nargs="?", default=os.path.join(ROOT, ".build", "release"))
    parser.add_argument("--jobs", type=int, default=500)
    parser.add_argument("--against")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE")
    parser.add_argument("--server", action="store_true")
    given = parser.parse_args()
    work = tempfile.mkdtemp(prefix="ix-worker-instructions.")
    os.chmod(work, 0o755)
    server = Server(work)
    try:
        ours = measure(server, given.programs, work, given.jobs, "ours", given.server, given.set)
        if given.against:
            theirs = measure(server, given.against, work, given.jobs, "other", given.server)
            print("ratio: server %.3f, daemon %.3f" % tuple(a / b if b else 1 for a, b in zip(ours, theirs)))
    finally:
        server.close()
        shutil.rmtree(work, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
