"""Instructions of a drained job in the server and in the daemon, by callgrind: they repeat where rates scatter."""
import os
import shutil
import tempfile

import instructions

from .figure import Figure

JOBS = 300


def measure(ground, rounds):
    if shutil.which("valgrind") is None:
        yield Figure("instructions a job", "not counted", "needs valgrind")
        return
    work = tempfile.mkdtemp(prefix="ix-worker-instructions.")
    os.chmod(work, 0o755)
    server = instructions.Server(work)
    try:
        for place, cost in zip(("server", "daemon"), instructions.measure(server, ground.programs, work, JOBS, "ours", False)):
            yield Figure(f"drain: instructions, {place}", f"{cost:.0f} k a job", "", cost, unit=" k")
    finally:
        server.close()
        shutil.rmtree(work, ignore_errors=True)
