"""The HTTP API: inserts against pgbench, pages of a long table, idle streams, what an idle server costs, restarts."""
import http.client
import json
import os
import resource
import socket
import subprocess
import threading
import time
from contextlib import contextmanager
from statistics import median

from .daemon import Daemon
from .figure import Figure, tell
from .ground import BENCH
from .insert import OURS

SECONDS, STREAMS, RESTARTS, PAGES = 5, int(os.environ.get("STREAMS", 10_000)), 20, 300
# Connections of HTTP, connections of pgbench, and the goal of the contract.
LOADS = ((10, 10, 0.7), (32, 32, 1.0), (100, 32, 1.5))


def new_token(ground):
    made = subprocess.run([ground.program("ixctl"), "token", "create", "--name", f"bench-{time.time_ns()}", "--role", "operator"],
                          env=ground.environment, capture_output=True, text=True, check=True)
    return next(word for word in made.stdout.split() if word.startswith("ixt_"))


@contextmanager
def server(ground, *settings):
    """`ix-worker serve` at a free port, and the port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = (f"http.listen=127.0.0.1:{port}",) + settings
    with Daemon(ground.program("ix-worker"), ground.environment, ground.work, *settings, command="serve") as daemon:
        yield daemon, port


def inserts(ground, rounds):
    """One request a job, each answered after its commit, beside ix_enqueue on connections of its own."""
    token, script = new_token(ground), f"{ground.work}/enqueue.sql"
    with open(script, "w") as file:
        file.write(OURS)
    ratios, rates = {load: [] for load in LOADS}, {load: [] for load in LOADS}
    for number in range(rounds):
        for load in LOADS:
            ours, theirs = load[:2]
            ground.clear()
            with server(ground) as (_, port):
                rate, p50, p99, failed = posted(port, ours, f"{number}-{ours}", token)
            stored = int(ground.sql("SELECT count(*) FROM ix_jobs"))
            ground.clear()
            plain = ground.pgbench(script, "-c", theirs, "-j", 2, "-T", SECONDS)
            rates[load].append((rate, plain))
            ratios[load].append(rate / plain)
            tell(f"POST on {ours}: {rate:.0f}/s, p50 {p50} ms, p99 {p99} ms, {failed} failed, {stored} rows; pgbench on {theirs}: {plain:.0f}/s")
    for load in LOADS:
        ours, theirs, goal = load
        yield Figure(f"POST /v1/jobs, {ours} connections", f"{median(r[0] for r in rates[load]):.0f}/s",
                     f"pgbench ix_enqueue, {theirs} {median(r[1] for r in rates[load]):.0f}/s", median(ratios[load]), goal)


def posted(port, connections, run, token):
    done = subprocess.run(["wrk", "-t2", f"-c{connections}", f"-d{SECONDS}s", "-s", f"{BENCH}/post.lua",
                           f"http://127.0.0.1:{port}/v1/jobs", "--", run, token], capture_output=True, text=True, check=True)
    rate, p50, p99, failed = next(line for line in done.stdout.split("\n") if line.startswith("result")).split()[1:]
    return float(rate), float(p50), float(p99), int(failed)


# Pages

FILL = """INSERT INTO ix_jobs (created_at, job_id, ix_id, client_id, request_id, use_case, request, status, response, started_at,
                     finished_at, claim_id, finished_claim)
SELECT at, gen_random_uuid(), 'noop', 'c' || n %% 50, n::text, 'case-' || n %% 11,
       jsonb_build_object('use_case', 'case-' || n %% 11, 'ix_client_id', 'c' || n %% 50, 'request_id', n::text, 'seq', 1),
       CASE WHEN n %% 1000 = 0 THEN 'error' ELSE 'done' END,
       CASE WHEN n %% 1000 = 0 THEN '{"error": {"code": "timeout", "message": "late"}}'::jsonb ELSE '{"error": null}' END,
       at, at, gen_random_uuid(), gen_random_uuid()
  FROM (SELECT n, now() - n * interval '30 days' / %d AS at FROM generate_series(1, %d) n) AS rows"""
# The triggers, which note an error, are off while the table is filled.
ERRORS = "INSERT INTO ix_errors SELECT created_at, job_id, use_case, 'timeout' FROM ix_jobs WHERE status = 'error'"
# An hour's backlog at 100 jobs a second.
BACKLOG = """INSERT INTO ix_jobs (created_at, job_id, ix_id, client_id, request_id, use_case, request)
SELECT now() - n * interval '10 ms', gen_random_uuid(), 'noop', 'backlog', n::text, 'echo',
       jsonb_build_object('use_case', 'echo', 'ix_client_id', 'backlog', 'request_id', n::text)
  FROM generate_series(1, 360000) n"""
QUERIES = {
    "newest": "", "done": "status=done", "errors": "status=error", "one client": "client_id=c7", "one use case": "use_case=case-3",
    "errors of a client": "status=error&client_id=c0", "an hour a week ago": "created_before={week}&limit=50",
}


def pages(ground, _):
    token, rows = new_token(ground), int(os.environ.get("HISTORY", 1_000_000))
    ground.clear()
    ground.sql("SET session_replication_role = replica", "SET synchronous_commit = off", FILL % (rows, rows))
    ground.sql(ERRORS)
    ground.settle()
    with server(ground) as (_, port):
        week = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - 7 * 86400))
        worst = 0
        for name, query in QUERIES.items():
            p50, p99, empty = paged(port, token, query.format(week=week))
            tell(f"page, {rows:,} rows, {name}: p50 {p50:.1f} ms, p99 {p99:.1f} ms; {empty} short pages")
            worst = max(worst, p99)
        yield Figure(f"page at {rows:,} rows, p99 of the slowest filter", f"{worst:.1f} ms", "", worst, 50, below=True, unit=" ms")
        statistics = sorted(timed(port, token, "/v1/stats")[0] for _ in range(30))
        yield Figure(f"GET /v1/stats at {rows:,} rows", f"{median(statistics):.1f} ms", f"slowest {statistics[-1]:.1f} ms",
                     statistics[-1], 200, below=True, unit=" ms")
        ground.sql(BACKLOG)
        ground.settle()
        p50, p99, _ = paged(port, token, "status=pending")
        yield Figure("page of an hour's backlog, p99", f"{p99:.1f} ms", f"p50 {p50:.1f} ms", p99, 200, below=True, unit=" ms")
        statistics = sorted(timed(port, token, "/v1/stats")[0] for _ in range(30))
        tell(f"GET /v1/stats with 360,000 pending: p50 {median(statistics):.1f} ms, slowest {statistics[-1]:.1f} ms")


def paged(port, token, query):
    """p50 and p99 in ms of one page after the other, from the first page again at the list's end."""
    times, short, after = [], 0, None
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    for _ in range(PAGES):
        path = "/v1/jobs?" + query + (f"&after={after}" if after else "")
        took, body = timed(port, token, path, connection)
        times.append(took)
        short += len(body["jobs"]) < 50
        after = body["next"]
    connection.close()
    times.sort()
    return median(times), times[int(len(times) * 0.99) - 1], short


def timed(port, token, path, connection=None):
    used = connection or http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    begun = time.perf_counter()
    used.request("GET", path, headers={"Authorization": f"Bearer {token}"})
    answer = used.getresponse()
    body = answer.read()
    took = (time.perf_counter() - begun) * 1000
    if not connection:
        used.close()
    if answer.status != 200:
        raise SystemExit(f"bench: GET {path}: {answer.status} {body[:300]}")
    return took, json.loads(body)


# Idle

def idle(ground, _):
    """The same daemon with and without the server; of the statements, those that the server's own connections send."""
    ground.clear()
    memory, statements = {}, 0
    for listen in ("off", "on"):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        with ground.daemon("http.listen=" + ("off" if listen == "off" else f"127.0.0.1:{port}")) as daemon:
            time.sleep(12)
            with ground.statements() as heard:
                time.sleep(20)
            memory[listen] = daemon.status("RssAnon") / 1024
        if listen == "on":
            statements = sum(name.startswith("ix-worker http") for name in heard)
            tell(f"idle, [http] on: {len(heard) / 20:.2f} statements/s of all connections")
    more = memory["on"] - memory["off"]
    yield Figure("idle, [http] on: memory more", f"{memory['on']:.2f} MiB", f"off {memory['off']:.2f} MiB", more, 3, below=True,
                 unit=" MiB")
    yield Figure("idle, [http] on: statements of the server", f"{statements / 20:.2f}/s", "", statements / 20, 0.1, below=True,
                 unit="/s")


def streams(ground, _):
    token = new_token(ground)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    count = min(STREAMS, hard - 500)
    with server(ground, f"http.streams={count}", f"http.connections={count + 200}") as (daemon, port):
        time.sleep(1)
        before, opened = daemon.status("RssAnon"), []
        ask = f"GET /v1/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\r\n".encode()
        for _ in range(count):
            one = socket.create_connection(("127.0.0.1", port), timeout=30)
            one.sendall(ask)
            if b" 200 " not in one.recv(4096)[:20]:
                raise SystemExit("bench: a stream was refused")
            opened.append(one)
        time.sleep(3)
        each = (daemon.status("RssAnon") - before) / count
        begun = time.monotonic()
        daemon.process.terminate()
        daemon.process.wait(timeout=60)
        ended = time.monotonic() - begun
        for one in opened:
            one.close()
    yield Figure(f"{count:,} idle streams: memory each", f"{each:.1f} KiB", "", each, 24, below=True, unit=" KiB")
    yield Figure(f"{count:,} idle streams: TERM to exit", f"{ended:.1f} s", "", ended, 5, below=True, unit=" s")


# Restarts

def restarts(ground, _):
    """The socket stays with its owner, as with ix-worker.socket; a client connects anew for each request."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(512)
    port, failures, asked, stop = listener.getsockname()[1], [], [0], threading.Event()

    def ask():
        while not stop.is_set():
            try:
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
                connection.request("GET", "/livez", headers={"Connection": "close"})
                if connection.getresponse().status != 200:
                    failures.append("status")
                connection.close()
                asked[0] += 1
            except OSError as error:
                failures.append(repr(error))

    asker = threading.Thread(target=ask)
    for number in range(RESTARTS + 1):
        with Daemon(ground.program("ix-worker"), ground.environment, ground.work, command="serve", listener=listener):
            if number == 0:
                asker.start()
            time.sleep(0.3)
            if number == RESTARTS:
                stop.set()
                asker.join()
    listener.close()
    tell(f"restarts: {asked[0]} requests, failures {failures[:5]}")
    yield Figure(f"refused of {asked[0]} requests, {RESTARTS} restarts by socket", f"{len(failures)}", "", len(failures), 0, below=True)
