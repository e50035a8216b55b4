"""Jobs outside the daemon: `exec` against a loop that spawns the same program, `worker` against the built-in no-op."""
import json
import os
import shutil
import subprocess
import tempfile
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
        pairs = {name: [] for name in ("cat", "python", "warm")}
        for _ in range(rounds):
            pairs["cat"].append((runs.rate("cat", JOBS, *EXEC), spawns(bare, SMALL, JOBS)))
            pairs["python"].append((runs.rate("python", JOBS // 10, *EXEC), spawns(bare, USUAL, JOBS // 10)))
            pairs["warm"].append((runs.rate("warm", 2 * JOBS, *ONE_ROW), runs.rate("echo", 2 * JOBS, *ONE_ROW)))
            tell("pipelines: " + ", ".join("%s %.0f/s of %.0f/s" % (name, *rows[-1]) for name, rows in pairs.items()))
    finally:
        runs.close()
    yield figure("exec pipeline, cat", pairs["cat"], "bare spawns", 0.9)
    yield figure("exec pipeline, a small Python program", pairs["python"], "bare spawns", 0.9)
    yield figure("worker pipeline (Python)", pairs["warm"], "built-in echo", 0.8)


def figure(name, pairs, reference, goal):
    ours, plain = map(median, zip(*pairs))
    return Figure(name, f"{ours:.0f}/s", f"{reference} {plain:.0f}/s", median(a / b for a, b in pairs), goal)


def spawns(bare, command, runs):
    """In an environment as small as the one a job's program gets."""
    environment = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TZ") if name in os.environ}
    return float(subprocess.check_output([bare, "4", str(runs), *command], env=environment, stderr=subprocess.DEVNULL))


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

    def close(self):
        shutil.rmtree(self.runtime, ignore_errors=True)

    def rate(self, use_case, count, *settings):
        ground = self.ground
        ground.clear()
        ground.sql(f"""SELECT count(*) FROM generate_series(1, {count}) n, LATERAL ix_enqueue('{{"text": "a small request"}}',
            use_case => '{use_case}', client_id => 'bench', request_id => n::text)""")
        ground.settle()
        environment = {**ground.environment, "RUNTIME_DIRECTORY": self.runtime}
        with Daemon(ground.program("ix-worker"), environment, ground.work, *settings, config=self.config) as daemon:
            ground.wait_until_drained()
            tell(f"{use_case}: {daemon.cpu_seconds / count * 1e6:.0f} µs of the daemon's own a job")
        if ground.sql("SELECT count(*) FROM ix_jobs WHERE status <> 'done'") != "0":
            raise SystemExit(f"bench: jobs of {use_case} ended in error")
        return ground.rate()
