#!/usr/bin/env python3
"""What many idle daemons cost while jobs come one by one: claims for each job, and the wait from commit to start.

    herd.py PROGRAMS     DAEMONS=20 RATE=100 SECONDS=6 JOB=echo

Prints claims a job (from pg_stat_statements), the median and the 99th percentile of started_at - created_at, and the same for one
daemon alone in the same run. A quiet machine, please.
"""
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PROGRAMS = os.path.abspath(sys.argv[1])
DAEMONS, RATE = int(os.environ.get("DAEMONS", 20)), float(os.environ.get("RATE", 100))
SECONDS, JOB = float(os.environ.get("SECONDS", 6)), os.environ.get("JOB", "echo")


class Server:
    def __init__(self, work):
        for name in [n for n in os.environ if n.startswith(("IX_", "PG"))]:
            del os.environ[name]
        os.chmod(work, 0o755)
        self.work, self.cluster = work, work + "/postgres"
        start = self.run("start")
        self.url = start.stdout.strip()
        self.sql("ALTER SYSTEM SET shared_preload_libraries = 'pg_stat_statements'")
        self.run("restart")
        self.sql("CREATE EXTENSION pg_stat_statements")
        self.env = {**os.environ, "IX_POSTGRES_URL": self.url}
        subprocess.run([PROGRAMS + "/ix-worker", "migrate"], check=True, stdout=subprocess.DEVNULL, env=self.env)

    def run(self, word):
        return subprocess.run([ROOT + "/Tests/cluster.sh", word, self.cluster], capture_output=True, text=True, check=True)

    def sql(self, text):
        return subprocess.run(["psql", self.url, "-qAtX", "-v", "ON_ERROR_STOP=1", "-c", text], capture_output=True,
                              text=True, check=True).stdout.strip()

    def daemons(self, count):
        started = []
        for number in range(count):
            log = open(f"{self.work}/{number}.log", "w+")
            started.append((log, subprocess.Popen(
                [PROGRAMS + "/ix-worker", "--set", f"worker.instance=d{number}", "--set",
                 f"worker.state_directory={self.work}/d{number}", "--set", "worker.sweep_seconds=1",
                 "--set", "postgres.connections=2"],
                stdout=log, stderr=log, stdin=subprocess.DEVNULL, env=self.env)))
        self.wait(f"(SELECT count(*) FROM ix_daemons WHERE lease_until > now()) = {count}")
        time.sleep(2.5)  # until each knows how many there are
        return [process for _, process in started]

    def wait(self, condition, seconds=60):
        end = time.monotonic() + seconds
        while self.sql(f"SELECT {condition}") != "t":
            if time.monotonic() > end:
                raise SystemExit(f"it never came to: {condition}")
            time.sleep(0.2)


def measure(server, count):
    server.sql("TRUNCATE ix_jobs, ix_attempts")
    processes = server.daemons(count)
    try:
        server.sql("SELECT pg_stat_statements_reset()")
        jobs = int(RATE * SECONDS)
        feed(server, jobs)
        server.wait(f"(SELECT count(*) FROM ix_jobs WHERE status = 'done') = {jobs}")
        claims = int(server.sql("SELECT coalesce(sum(calls), 0) FROM pg_stat_statements WHERE query LIKE '-- claim_%'"))
        half, late = server.sql("""
            SELECT percentile_cont(ARRAY[0.5, 0.99]) WITHIN GROUP (
                ORDER BY extract(epoch FROM started_at - created_at) * 1000) FROM ix_jobs""").strip("{}").split(",")
        print(f"{count} daemons: {claims / jobs:.1f} claims a job, pick-up {float(half):.1f} ms, p99 {float(late):.1f} ms",
              flush=True)
    finally:
        for process in processes:
            process.send_signal(signal.SIGTERM)
        for process in processes:
            process.wait(30)


def feed(server, jobs):
    """One session, one transaction a job, at the rate."""
    psql = subprocess.Popen(["psql", server.url, "-qAtX"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
    start = time.monotonic()
    for number in range(jobs):
        psql.stdin.write(f"SELECT ix_enqueue('{{\"options\":{{\"seconds\":0.05}}}}', use_case => '{JOB}', client_id => 'c', "
                         f"request_id => '{number}');\n")
        psql.stdin.flush()
        time.sleep(max(0, start + (number + 1) / RATE - time.monotonic()))
    psql.stdin.close()
    psql.wait()


def main():
    work = tempfile.mkdtemp(prefix="ix-herd-")
    server = None
    try:
        server = Server(work)
        for count in (1, DAEMONS):
            measure(server, count)
    finally:
        subprocess.run([ROOT + "/Tests/cluster.sh", "kill", work + "/postgres"], capture_output=True)
        shutil.rmtree(work, ignore_errors=True)


main()
