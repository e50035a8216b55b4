"""Jobs outside the daemon: `exec` against a loop that spawns the same program, `worker` against the built-in no-op."""
import os
import subprocess
from statistics import median

from .daemon import Daemon
from .drain import ONE_ROW
from .figure import Figure, tell
from .ground import BENCH, ROOT

JOBS = 2000


def measure(ground, rounds):
    bare = ground.work + "/bare_spawn"
    subprocess.run(["cc", "-O2", "-pthread", "-o", bare, BENCH + "/bare_spawn.c"], check=True)
    client = ROOT + "/Config/pipelines/client/echo.py"
    config = ground.work + "/ix-worker.toml"
    with open(config, "w") as file:
        file.write(f'[pipelines.cat]\nkind = "exec"\ncommand = ["cat"]\n'
                   f'[pipelines.warm]\nkind = "worker"\ncommand = ["python3", "{client}"]\n')
    spawned, executed, builtin, warm = [], [], [], []
    for _ in range(rounds):
        spawned.append(float(subprocess.check_output([bare, "4", str(JOBS), "cat"], stderr=subprocess.DEVNULL)))
        executed.append(rate(ground, config, "cat", JOBS, "worker.count=4"))
        builtin.append(rate(ground, config, "echo", 5 * JOBS, *ONE_ROW))
        warm.append(rate(ground, config, "warm", 5 * JOBS, *ONE_ROW))
        tell(f"pipelines: bare spawns {spawned[-1]:.0f}/s, exec {executed[-1]:.0f}/s, echo {builtin[-1]:.0f}/s, "
             f"worker {warm[-1]:.0f}/s")
    yield figure("exec pipeline", executed, "bare spawns", spawned, 0.9)
    yield figure("worker pipeline (Python)", warm, "built-in echo", builtin, 0.8)


def figure(name, ours, reference, plain, goal):
    return Figure(name, f"{median(ours):.0f}/s", f"{reference} {median(plain):.0f}/s",
                  median(a / b for a, b in zip(ours, plain)), goal)


def rate(ground, config, use_case, count, *settings):
    ground.clear()
    ground.sql(f"""SELECT count(*) FROM generate_series(1, {count}) n, LATERAL ix_enqueue('{{"text": "a small request"}}',
        use_case => '{use_case}', client_id => 'bench', request_id => n::text)""")
    ground.settle()
    with Daemon(ground.program("ix-worker"), ground.environment, ground.work, *settings, config=config):
        ground.wait_until_drained()
    if ground.sql("SELECT count(*) FROM ix_jobs WHERE status <> 'done'") != "0":
        raise SystemExit(f"bench: jobs of {use_case} ended in error")
    return ground.rate()
