#!/usr/bin/env python3
"""What running jobs outside the daemon costs, as ratios within one run, on a private PostgreSQL with fsync:

  exec    jobs/s of `cat` ÷ a bare loop that starts the same program (C, no queue, no database)
  worker  jobs/s of a warm Python process ÷ the built-in echo
  http    1,000 jobs waiting for one service: connections to the database, threads, memory
  flood   p99 of echo jobs while one job floods its standard error ÷ without it

    pipelines.py PROGRAMS [exec|worker|http|flood …]     JOBS=2000 ROUNDS=3
"""
import http.server
import os
import re
import shutil
import signal
import socketserver
import statistics
import subprocess
import sys
import tempfile
import threading
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PROGRAMS = os.path.abspath(sys.argv[1])
PARTS = sys.argv[2:] or ["exec", "worker", "http", "flood"]
JOBS, ROUNDS = int(os.environ.get("JOBS", 2000)), int(os.environ.get("ROUNDS", 3))


class Bench:
    def __init__(self, work):
        self.work = work
        for name in [n for n in os.environ if n.startswith(("IX_", "PG"))]:
            del os.environ[name]
        self.cluster = work + "/postgres"
        os.chmod(work, 0o755)
        start = subprocess.run([ROOT + "/Tests/cluster.sh", "start", self.cluster], env={**os.environ, "FSYNC": "on"},
                               capture_output=True, text=True, check=True)
        os.environ["IX_POSTGRES_URL"] = self.url = start.stdout.strip()
        os.environ["IX_WORKER_STATE_DIRECTORY"] = work + "/state"
        subprocess.run([PROGRAMS + "/ix-worker", "migrate"], check=True, stdout=subprocess.DEVNULL)

    def close(self):
        subprocess.run([ROOT + "/Tests/cluster.sh", "kill", self.cluster], capture_output=True)

    def sql(self, text):
        done = subprocess.run(["psql", self.url, "-qAtX", "-v", "ON_ERROR_STOP=1", "-c", text],
                              capture_output=True, text=True, check=True)
        return done.stdout.strip()

    def fill(self, use_case, count):
        self.sql("TRUNCATE ix_jobs, ix_attempts")
        self.insert(use_case, count)
        self.sql("VACUUM ANALYZE ix_jobs")

    def insert(self, use_case, count, key="bench"):
        self.sql(f"""SELECT count(*) FROM generate_series(1, {count}) n, LATERAL ix_enqueue(
            '{{"text": "a small request"}}', use_case => '{use_case}', client_id => '{key}', request_id => n::text)""")

    def daemon(self, toml, *settings):
        path = self.work + "/ix-worker.toml"
        with open(path, "w") as file:
            file.write(toml)
        arguments = [PROGRAMS + "/ix-worker", "--config", path, "--set", "log.level=notice"]
        for setting in settings:
            arguments += ["--set", setting]
        return subprocess.Popen(arguments, stderr=open(self.work + "/log", "a"))

    def wait(self, condition, limit=600):
        end = time.monotonic() + limit
        while self.sql(f"SELECT {condition}") != "t":
            if time.monotonic() > end:
                raise SystemExit("pipelines.py: not in time: " + condition)
            time.sleep(0.1)

    def rate(self, toml, use_case, count, *settings):
        """Jobs per second from the first start to the last end."""
        self.fill(use_case, count)
        daemon = self.daemon(toml, *settings)
        self.wait("NOT EXISTS (SELECT 1 FROM ix_jobs WHERE status IN ('pending', 'running'))")
        daemon.terminate()
        daemon.wait()
        if int(self.sql("SELECT count(*) FROM ix_jobs WHERE status <> 'done'")):
            raise SystemExit("pipelines.py: jobs of " + use_case + " ended in error")
        return float(self.sql("SELECT count(*) / extract(epoch FROM max(finished_at) - min(started_at)) FROM ix_jobs"))


def exec_ratio(bench):
    bare = bench.work + "/bare_spawn"
    subprocess.run(["cc", "-O2", "-pthread", "-o", bare, ROOT + "/Tests/bench/bare_spawn.c"], check=True)
    toml = '[pipelines.cat]\nkind = "exec"\ncommand = ["cat"]\n'
    for number in range(ROUNDS):
        plain = float(subprocess.check_output([bare, "4", str(JOBS), "cat"], stderr=subprocess.DEVNULL))
        ours = bench.rate(toml, "cat", JOBS, "worker.count=4")
        print(f"exec    bare loop {plain:6.0f}/s   ix-worker {ours:6.0f}/s   ratio {ours / plain:.2f}", flush=True)


def worker_ratio(bench):
    client = ROOT + "/Config/pipelines/client"
    toml = f'[pipelines.warm]\nkind = "worker"\ncommand = ["python3", "{client}/echo.py"]\n'
    for number in range(ROUNDS):
        echo = bench.rate(toml, "echo", JOBS * 5, "worker.count=10", "postgres.connections=10")
        warm = bench.rate(toml, "warm", JOBS * 5, "worker.count=10", "postgres.connections=10")
        print(f"worker  echo {echo:6.0f}/s   warm Python {warm:6.0f}/s   ratio {warm / echo:.2f}", flush=True)


class Slow(http.server.BaseHTTPRequestHandler):
    """Answers once the gate is open."""
    gate = threading.Event()
    waiting = 0

    def do_POST(self):
        self.rfile.read(int(self.headers["content-length"]))
        Slow.waiting += 1
        self.gate.wait(300)
        self.send_response(200)
        self.send_header("content-length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_):
        pass


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    request_queue_size = 2000


def http_cost(bench):
    server = Server(("127.0.0.1", 0), Slow)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    toml = f'[pipelines.slow]\nkind = "http"\nurl = "http://127.0.0.1:{server.server_address[1]}/"\n'
    bench.fill("slow", 1000)
    daemon = bench.daemon(toml, "worker.count=1000")
    while Slow.waiting < 1000:
        time.sleep(0.1)
    time.sleep(3)
    status = open(f"/proc/{daemon.pid}/status").read()
    threads = re.search(r"Threads:\s+(\d+)", status)[1]
    resident = int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024
    connections = bench.sql("SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'ix-worker%'")
    print(f"http    1000 waiting: {connections} connections to the database, {threads} threads, {resident:.0f} MiB")
    Slow.gate.set()
    bench.wait("(SELECT count(*) FROM ix_jobs WHERE status = 'done') = 1000")
    status = open(f"/proc/{daemon.pid}/status").read()
    peak = int(re.search(r"VmHWM:\s+(\d+)", status)[1]) / 1024
    print(f"http    all 1000 done; peak {peak:.0f} MiB", flush=True)
    daemon.terminate()
    daemon.wait()
    server.shutdown()


def latencies(bench, count=400):
    """Milliseconds from insert to end of echo jobs, one at a time."""
    script = bench.work + "/one.sql"
    with open(script, "w") as file:
        for number in range(count):
            file.write("SELECT 1 FROM ix_enqueue('{}', use_case => 'echo', client_id => 'probe', "
                       "request_id => gen_random_uuid()::text);\nSELECT pg_sleep(0.01);\n")
    subprocess.run(["psql", bench.url, "-qAtX", "-f", script], check=True, stdout=subprocess.DEVNULL)
    bench.wait("NOT EXISTS (SELECT 1 FROM ix_jobs WHERE use_case = 'echo' AND status IN ('pending', 'running'))")
    rows = bench.sql("SELECT 1000 * extract(epoch FROM finished_at - created_at) FROM ix_jobs WHERE client_id = 'probe'")
    bench.sql("DELETE FROM ix_jobs WHERE client_id = 'probe'")
    times = sorted(float(row) for row in rows.split())
    return statistics.median(times), times[int(len(times) * 0.99)]


def flood_ratio(bench):
    toml = '[pipelines.flood]\nkind = "exec"\ncommand = ["sh", "-c", "yes flooding the log >&2"]\ntimeout_seconds = 60\n'
    for number in range(ROUNDS):
        bench.sql("TRUNCATE ix_jobs, ix_attempts")
        daemon = bench.daemon(toml, "worker.count=4")
        bench.wait("EXISTS (SELECT 1 FROM ix_daemons WHERE lease_until > now())")
        time.sleep(1)
        quiet = latencies(bench)
        bench.insert("flood", 1)
        bench.wait("EXISTS (SELECT 1 FROM ix_jobs WHERE use_case = 'flood' AND status = 'running')")
        loud = latencies(bench)
        daemon.send_signal(signal.SIGTERM)
        daemon.send_signal(signal.SIGTERM)
        time.sleep(0.2)
        daemon.send_signal(signal.SIGTERM)
        daemon.wait()
        print(f"flood   alone p50 {quiet[0]:.1f} p99 {quiet[1]:.1f} ms   beside a flood p50 {loud[0]:.1f} p99 "
              f"{loud[1]:.1f} ms   ratio of p99 {loud[1] / quiet[1]:.2f}", flush=True)


def main():
    work = tempfile.mkdtemp(prefix="ix-worker-bench.")
    bench = Bench(work)
    try:
        for part in PARTS:
            {"exec": exec_ratio, "worker": worker_ratio, "http": http_cost, "flood": flood_ratio}[part](bench)
    finally:
        bench.close()
        shutil.rmtree(work, ignore_errors=True)


main()
