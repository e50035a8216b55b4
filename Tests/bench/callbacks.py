#!/usr/bin/env python3
"""What callbacks cost and how soon they come, on a private PostgreSQL of its own.

    callbacks.py FOLDER-OF-THE-PROGRAMS        JOBS=10000 ROUNDS=3 by default

Prints: from the commit of a job's end to its callback's receipt on an idle daemon, beside a bare POST to the same receiver;
then, round by round, jobs/s without callback URLs, with them to a dead receiver (the outbox row alone) and to a live one on
the same host, each as a ratio to the first in the same round, and deliveries/s of the last.
"""
import asyncio
import http.client
import multiprocessing
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
CLUSTER = os.path.join(HERE, "..", "cluster.sh")
JOBS, ROUNDS = int(os.environ.get("JOBS", "10000")), int(os.environ.get("ROUNDS", "3"))


class Receiver(asyncio.Protocol):
    """Answers 204 to whatever comes, and notes when."""

    def connection_made(self, transport):
        self.transport, self.got = transport, b""

    def data_received(self, data):
        self.got += data
        head, blank, body = self.got.partition(b"\r\n\r\n")
        if not blank:
            return
        length = int(next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length"))[15:])
        if len(body) >= length:
            job = next((line[11:].strip() for line in head.split(b"\r\n") if line.startswith(b"webhook-id")), b"-")
            os.write(self.transport.out, b"%s %.6f\n" % (job, time.time()))
            self.transport.write(b"HTTP/1.1 204 No\r\n\r\n")
            self.transport.close()


def receive(port, out):
    async def run():
        class Noting(Receiver):
            def connection_made(self, transport):
                super().connection_made(transport)
                transport.out = out
        server = await asyncio.get_running_loop().create_server(Noting, "127.0.0.1", port, backlog=4096)
        await server.serve_forever()
    asyncio.run(run())


class Bench:
    def __init__(self, programs, work):
        self.programs, self.work = programs, work
        environment = dict(os.environ, FSYNC="on")
        self.url = subprocess.run([CLUSTER, "start", work + "/postgres"], env=environment, check=True,
                                  capture_output=True, text=True).stdout.strip()
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("IX_")}
        self.environment.update(IX_POSTGRES_URL=self.url, IX_WORKER_STATE_DIRECTORY=work + "/state")
        subprocess.run([programs + "/ix-worker", "migrate"], env=self.environment, check=True, stdout=subprocess.DEVNULL)
        self.port = 18230
        self.log = work + "/received"
        out = os.open(self.log, os.O_CREAT | os.O_WRONLY | os.O_APPEND)
        self.receiver = multiprocessing.Process(target=receive, args=(self.port, out), daemon=True)
        self.receiver.start()

    def sql(self, *statements):
        command = ["psql", self.url, "-qAtX", "-v", "ON_ERROR_STOP=1"]
        for statement in statements:
            command += ["-c", statement]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    def daemon(self, *settings):
        flags = [word for setting in settings for word in ("--set", setting)]
        process = subprocess.Popen([self.programs + "/ix-worker"] + flags, env=self.environment,
                                   stderr=open(self.work + "/log", "w"))
        while " ready " not in open(self.work + "/log").read():
            time.sleep(0.02)
        return process

    def received(self):
        return [line.split() for line in open(self.log)]

    def latency(self, count=200):
        daemon = self.daemon()
        session = subprocess.Popen(["psql", self.url, "-qAtX"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for number in range(count):
            session.stdin.write("SELECT job_id FROM ix_enqueue('{}', 'http://127.0.0.1:%d/', use_case => 'echo', "
                                "client_id => 'l', request_id => '%d');\n" % (self.port, number))
            session.stdin.flush()
            session.stdout.readline()
            time.sleep(0.03)
        session.stdin.close()
        while self.sql("SELECT count(*) FROM ix_jobs WHERE callback_status = 'delivered'") != str(count):
            time.sleep(0.2)
        daemon.send_signal(signal.SIGTERM)
        daemon.wait()
        ended = dict(line.split("|") for line in self.sql(
            "SELECT job_id, extract(epoch FROM finished_at) FROM ix_jobs").splitlines())
        waits = sorted((float(at) - float(ended[job])) * 1000 for job, at in self.received() if job in ended)
        posts = []
        for _ in range(count):
            begun = time.time()
            connection = http.client.HTTPConnection("127.0.0.1", self.port)
            connection.request("POST", "/", b"{}")
            connection.getresponse()
            posts.append((time.time() - begun) * 1000)
            connection.close()
        return waits, sorted(posts)

    def drain(self, url, jobs=JOBS):
        """Jobs per second of the ends, and deliveries per second."""
        self.sql("TRUNCATE ix_jobs, ix_callbacks, ix_deliveries",
                 "INSERT INTO ix_jobs (job_id, ix_id, client_id, request_id, use_case, request, callback_url) "
                 "SELECT gen_random_uuid(), 'noop', 'bench', n::text, 'echo', jsonb_build_object('use_case', 'echo', "
                 "'ix_id', 'noop', 'ix_client_id', 'bench', 'request_id', n::text, 'seq', 1, 'text', 'a small request'), "
                 "%s FROM generate_series(1, %d) n" % ("'%s'" % url if url else "NULL", jobs),
                 "VACUUM ANALYZE ix_jobs", "CHECKPOINT")
        open(self.log, "w").close()
        daemon = self.daemon("worker.count=10", "postgres.connections=10", "log.level=notice", "callback.concurrency=64",
                             "callback.per_endpoint=64", "callback.breaker_failures=5")
        while self.sql("SELECT EXISTS (SELECT 1 FROM ix_jobs WHERE status IN ('pending', 'running'))") == "t":
            time.sleep(0.1)
        rate = float(self.sql("SELECT count(*) / extract(epoch FROM max(finished_at) - min(started_at)) FROM ix_jobs"))
        deliveries = 0.0
        if url and str(self.port) in url:
            while self.sql("SELECT count(*) FROM ix_jobs WHERE callback_status = 'delivered'") != str(jobs):
                time.sleep(0.2)
            times = [float(at) for _, at in self.received()]
            deliveries = len(times) / (max(times) - min(times))
        daemon.send_signal(signal.SIGTERM)
        daemon.wait()
        return rate, deliveries

    def end(self):
        self.receiver.kill()
        subprocess.run([CLUSTER, "kill", self.work + "/postgres"], capture_output=True)


def main(programs):
    with tempfile.TemporaryDirectory(prefix="ix-worker-bench.") as work:
        os.chmod(work, 0o755)
        bench = Bench(programs, work)
        try:
            waits, posts = bench.latency()
            print("commit to receipt, idle   p50 %.1f ms, p99 %.1f ms of %d (a bare POST: p50 %.1f ms)" % (
                statistics.median(waits), waits[int(len(waits) * 0.99)], len(waits), statistics.median(posts)))
            print("%-6s %12s %14s %8s %14s %8s %14s" % (
                "round", "jobs/s none", "outbox alone", "ratio", "delivering", "ratio", "deliveries/s"))
            for number in range(1, ROUNDS + 1):
                none, _ = bench.drain(None)
                outbox, _ = bench.drain("http://127.0.0.1:1/")
                live, deliveries = bench.drain("http://127.0.0.1:%d/" % bench.port)
                print("%-6d %12.0f %14.0f %8.2f %14.0f %8.2f %14.0f" % (
                    number, none, outbox, outbox / none, live, live / none, deliveries))
        finally:
            bench.end()


if __name__ == "__main__":
    main(*sys.argv[1:])
