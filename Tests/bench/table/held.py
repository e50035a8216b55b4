"""Draining while another session holds a snapshot: none of the rows claimed meanwhile can be cleared."""
import subprocess
import time

from .drain import ONE_ROW
from .figure import Figure, tell

SECONDS, LAST, QUEUE = 60, 10, 400_000

# Callers whose transactions commit late: their jobs are due before jobs claimed long since, behind where claims read.
LATE = """\\set pause random(100, 900)
BEGIN;
SELECT 1 FROM ix_enqueue('{"text": "late"}', use_case => 'echo', client_id => 'late', request_id => gen_random_uuid()::text,
                         run_at => now() - interval '1 day');
\\sleep :pause ms
COMMIT;
"""


class Snapshot:
    """A session that has read in a transaction of its own, and stays."""

    def __init__(self, url):
        self.psql = subprocess.Popen(["psql", url, "-qAtX"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.psql.stdin.write("BEGIN ISOLATION LEVEL REPEATABLE READ;\nSELECT count(*) FROM ix_daemons;\n")
        self.psql.stdin.flush()
        self.psql.stdout.readline()

    def close(self):
        self.psql.stdin.close()
        self.psql.wait()


def measure(ground, rounds):
    script = ground.work + "/late.sql"
    with open(script, "w") as file:
        file.write(LATE)
    without = drain(ground, script, False)
    ours = drain(ground, script, True)
    ground.clear()
    yield Figure(f"drain after {SECONDS} s of a held snapshot", f"{ours:.0f}/s", f"without {without:.0f}/s", ours / without, 0.8)


def drain(ground, script, is_held):
    ground.clear()
    ground.fill(QUEUE)
    since = ground.sql("SELECT clock_timestamp()")
    late = subprocess.Popen(["pgbench", ground.url, "-n", "-c", "8", "-T", str(SECONDS), "-f", script],
                            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    snapshot = Snapshot(ground.url) if is_held else None
    try:
        with ground.daemon(*ONE_ROW):
            time.sleep(SECONDS)
            missed = ground.sql("SELECT count(*) FROM ix_jobs WHERE client_id = 'late' AND status = 'pending'"
                                " AND created_at < clock_timestamp() - interval '5 s'")
    finally:
        if snapshot:
            snapshot.close()
        late.wait()
    rate = ground.rate(since, last=LAST)
    tell(f"held: {'with' if is_held else 'without'} a snapshot {rate:.0f}/s in the last {LAST} s; late jobs that wait: {missed}")
    return rate
