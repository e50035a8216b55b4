"""What a daemon costs when nothing happens, and how long its start takes."""
import time
from statistics import median

from .figure import Figure

SECONDS, STARTS = 30, 10
COUNT = "SELECT xact_commit + xact_rollback FROM pg_stat_database WHERE datname = current_database()"


def idle(ground, rounds):
    ground.clear()
    with ground.daemon() as daemon:
        time.sleep(45)  # what belongs to the start is over, and a backend without work has told its statistics
        cpu, queries, begun = daemon.exact_cpu_seconds, int(ground.sql(COUNT)), time.monotonic()
        time.sleep(SECONDS)
        elapsed = time.monotonic() - begun
        queries = (int(ground.sql(COUNT)) - queries - 1) / elapsed  # without the question itself
        cpu = (daemon.exact_cpu_seconds - cpu) / elapsed * 100
        resident, anonymous = daemon.status("VmRSS") / 1024, daemon.status("RssAnon") / 1024
    yield Figure("idle: memory", f"{resident:.1f} MiB", f"of it its own {anonymous:.1f} MiB", resident, 25, below=True, unit=" MiB")
    yield Figure("idle: CPU", f"{cpu:.2f} %", "of a core", cpu, 0.1, below=True, unit=" %")
    yield Figure("idle: transactions", f"{queries:.2f}/s", "", queries, 1, below=True, unit="/s")


def startup(ground, rounds):
    starts = []
    for _ in range(STARTS):
        with ground.daemon() as daemon:
            starts.append(daemon.start_seconds * 1000)
    yield Figure("start to READY=1", f"{median(starts):.0f} ms", f"slowest {max(starts):.0f} ms", median(starts), 150, below=True,
                 unit=" ms")
