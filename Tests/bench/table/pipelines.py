"""Pipelines: `exec` against a loop that spawns the same program; `worker`, `http` and `swift` against the built-in no-op."""
import asyncio
import json
import os
import shutil
import subprocess
import tempfile
import threading
from statistics import median

from .daemon import Daemon
from .drain import ONE_ROW
from .figure import Figure, tell
from .ground import BENCH, ROOT

JOBS = 4000
# The least a program can be, and one of the kind that people run.
SMALL = ["cat"]
USUAL = ["/usr/bin/python3", "-c", "import json, sys; json.load(sys.stdin); print('{}')"]
EXEC = ("worker.count=4",)


def measure(ground, rounds):
    bare = ground.work + "/bare_spawn"
    subprocess.run(["cc", "-O2", "-pthread", "-o", bare, BENCH + "/bare_spawn.c"], check=True)
    runs = Runs(ground)
    try:
        pairs = {name: [] for name in ("cat", "python", "warm", "service", "mark")}
        for _ in range(rounds):
            pairs["cat"].append((runs.rate("cat", JOBS, *EXEC), spawns(bare, SMALL, JOBS)))
            pairs["python"].append((runs.rate("python", JOBS // 10, *EXEC), spawns(bare, USUAL, JOBS // 10)))
            pairs["warm"].append((runs.rate("warm", 2 * JOBS, *ONE_ROW), runs.rate("echo", 2 * JOBS, *ONE_ROW)))
            pairs["service"].append((runs.rate("service", 2 * JOBS, *ONE_ROW), runs.rate("echo", 2 * JOBS, *ONE_ROW)))
            pairs["mark"].append((runs.rate("mark", 2 * JOBS, *ONE_ROW, program="ix-bench-mark"),
                                  runs.rate("echo", 2 * JOBS, *ONE_ROW)))
            tell("pipelines: " + ", ".join("%s %.0f/s of %.0f/s" % (name, *rows[-1]) for name, rows in pairs.items()))
    finally:
        runs.close()
    yield figure("exec pipeline, cat", pairs["cat"], "bare spawns", 0.9)
    yield figure("exec pipeline, a small Python program", pairs["python"], "bare spawns", 0.9)
    yield figure("worker pipeline (Python)", pairs["warm"], "built-in echo", 0.8)
    yield figure("http pipeline (a service in Python)", pairs["service"], "built-in echo", 0.4)
    yield figure("Swift pipeline", pairs["mark"], "built-in echo", 0.9)


def figure(name, pairs, reference, goal):
    ours, plain = map(median, zip(*pairs))
    return Figure(name, f"{ours:.0f}/s", f"{reference} {plain:.0f}/s", median(a / b for a, b in pairs), goal)


def spawns(bare, command, runs):
    """In an environment as small as the one a job's program gets."""
    environment = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TZ") if name in os.environ}
    return float(subprocess.check_output([bare, "4", str(runs), *command], env=environment, stderr=subprocess.DEVNULL))


class Service(asyncio.Protocol):
    """Answers each POST at once, on a connection that stays."""
    ANSWER = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}"

    def connection_made(self, transport):
        self.transport, self.bytes = transport, b""

    def data_received(self, data):
        self.bytes += data
        head, found, body = self.bytes.partition(b"\r\n\r\n")
        while found and len(body) >= (length := self.length(head)):
            self.transport.write(self.ANSWER)
            self.bytes = body[length:]
            head, found, body = self.bytes.partition(b"\r\n\r\n")

    @staticmethod
    def length(head):
        return next((int(line.split(b":")[1]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), 0)

    @classmethod
    def start(cls):
        """The port of a service on a thread of its own, and what ends it."""
        loop = asyncio.new_event_loop()
        server = loop.run_until_complete(loop.create_server(cls, "127.0.0.1", 0))
        threading.Thread(target=loop.run_forever, daemon=True).start()
        return server.sockets[0].getsockname()[1], lambda: loop.call_soon_threadsafe(loop.stop)


class Runs:
    """Jobs through pipelines, their private directories in memory as the systemd unit has them (/run)."""

    def __init__(self, ground):
        self.ground = ground
        self.runtime = tempfile.mkdtemp(prefix="ix-bench-", dir="/dev/shm")
        self.config = ground.work + "/ix-worker.toml"
        client = ROOT + "/Config/pipelines/client/echo.py"
        pipelines = (("cat", "exec", SMALL), ("python", "exec", USUAL), ("warm", "worker", ["python3", client]))
        with open(self.config, "w") as file:
            for name, kind, command in pipelines:
                # JSON's strings are TOML's too.
                file.write(f'[pipelines.{name}]\nkind = "{kind}"\ncommand = {json.dumps(command)}\n')
            port, self.end_service = Service.start()
            file.write(f'[pipelines.service]\nkind = "http"\nurl = "http://127.0.0.1:{port}/"\n')

    def close(self):
        self.end_service()
        shutil.rmtree(self.runtime, ignore_errors=True)

    def rate(self, use_case, count, *settings, program="ix-worker"):
        ground = self.ground
        ground.clear()
        ground.sql(f"""SELECT count(*) FROM generate_series(1, {count}) n, LATERAL ix_enqueue('{{"text": "a small request"}}',
            use_case => '{use_case}', client_id => 'bench', request_id => n::text)""")
        ground.settle()
        environment = {**ground.environment, "RUNTIME_DIRECTORY": self.runtime}
        with Daemon(ground.program(program), environment, ground.work, *settings, config=self.config) as daemon:
            ground.wait_until_drained()
            tell(f"{use_case}: {daemon.cpu_seconds / count * 1e6:.0f} µs of the daemon's own a job")
        if ground.sql("SELECT count(*) FROM ix_jobs WHERE status <> 'done'") != "0":
            raise SystemExit(f"bench: jobs of {use_case} ended in error")
        return ground.rate()
