"""From a job's commit to its start on an idle daemon, against one notification and one claim."""
import os
import struct
import subprocess

from .figure import Figure, tell
from .ground import BENCH

COUNT, PAUSE_MS = 400, 20


def measure(ground, rounds):
    prober = ground.work + "/pickup"
    includes = subprocess.run(["pg_config", "--includedir"], capture_output=True, text=True).stdout.strip()
    subprocess.run(["cc", "-O2", "-pthread", f"-I{includes or '/usr/include/postgresql'}", "-I/usr/include/postgresql", "-o",
                    prober, BENCH + "/pickup.c", "-lpq"], check=True)
    bare = spans(int(line) for line in probe(prober, ground, "bare"))
    ours = spans(picked_up(prober, ground))
    tell("pick-up: p50 %.2f ms, p99 %.2f ms; bare p50 %.2f ms, p99 %.2f ms" % (*ours, *bare))
    yield Figure("pick-up, p50", f"{ours[0]:.2f} ms", f"notification + claim {bare[0]:.2f} ms", ours[0] / bare[0], 1.5, below=True)
    yield Figure("pick-up, p99", f"{ours[1]:.2f} ms", f"notification + claim {bare[1]:.2f} ms", ours[1] / bare[1])


def probe(prober, ground, what):
    ground.clear()
    ground.sql("TRUNCATE plain_jobs", f"""INSERT INTO plain_jobs (ix_id, client_id, request_id, request)
        SELECT 'noop', 'bench', n::text, '{{}}' FROM generate_series(1, {COUNT}) n""")
    done = subprocess.run([prober, ground.url, what, str(COUNT), str(PAUSE_MS)], stdout=subprocess.PIPE, text=True, check=True)
    return done.stdout.split("\n")[:-1]


def picked_up(prober, ground):
    """Nanoseconds, of every job."""
    marks = ground.work + "/marks"
    with ground.daemon("worker.count=10", program="ix-bench-mark", environment={"IXB_MARK": marks}):
        committed = dict(map(int, line.split()) for line in probe(prober, ground, "ours"))
        ground.wait_until_drained()
    with open(marks, "rb") as file:
        started = dict(struct.iter_unpack("<qq", file.read()))
    os.remove(marks)
    return [started[number] - time for number, time in committed.items()]


def spans(nanoseconds):
    ordered = sorted(nanoseconds)
    return ordered[len(ordered) // 2] / 1e6, ordered[len(ordered) * 99 // 100] / 1e6
