"""Draining a queue of no-op jobs: one row a transaction, and in throughput mode, against two bare loops."""
from statistics import median

from .figure import Figure, tell
from .ground import BENCH

JOBS, MANY = 80000, 240000
ONE_ROW = ("worker.count=10", "postgres.connections=10")
THROUGHPUT = ("worker.count=400", "worker.batch=200", "postgres.connections=10")


def plain(ground, script, jobs_each, jobs):
    """L2 and L4: ten connections that claim and finish on a bare table, by one row or by fifty."""
    ground.sql("TRUNCATE plain_jobs", f"""INSERT INTO plain_jobs (created_at, ix_id, client_id, request_id, request)
        SELECT now() - interval '1 hour' + n * interval '100 us', 'noop', 'bench', n::text,
               '{{"seq": 1, "text": "a small request"}}' FROM generate_series(1, {jobs}) n""",
               "VACUUM ANALYZE plain_jobs", "CHECKPOINT")
    return jobs_each * ground.pgbench(f"{BENCH}/{script}", "-c", 10, "-j", 2, "-t", jobs // jobs_each // 10)


class Cost:
    """What a drained job cost, in microseconds of CPU and bytes of WAL."""

    def __init__(self):
        self.ours, self.server, self.wal = [], [], []

    def drain(self, ground, jobs, *settings):
        ground.clear()
        ground.fill(jobs)
        server, wal = ground.server_cpu(), ground.wal_bytes()
        with ground.daemon(*settings) as daemon:
            ground.wait_until_drained()
            self.ours.append(daemon.cpu_seconds / jobs * 1e6)
        self.server.append((ground.server_cpu() - server) / jobs * 1e6)
        self.wal.append((ground.wal_bytes() - wal) / jobs)
        return ground.rate()

    def __str__(self):
        return f"{median(self.ours):.0f} µs + server {median(self.server):.0f} µs, {median(self.wal):.0f} B WAL"


def measure(ground, rounds):
    one, many, rows = Cost(), Cost(), []
    for number in range(rounds):
        l2, l4 = plain(ground, "l2.sql", 1, JOBS), plain(ground, "l4.sql", 50, MANY)
        rows.append((l2, l4, one.drain(ground, JOBS, *ONE_ROW), many.drain(ground, MANY, *THROUGHPUT)))
        tell("drain: L2 %.0f/s, L4 %.0f/s, one-row %.0f/s, throughput mode %.0f/s" % rows[-1])
    l2, l4, single, together = (median(column) for column in zip(*rows))

    def ratio(over, under):
        return median(row[over] / row[under] for row in rows)

    yield Figure("drain, one row a transaction", f"{single:.0f}/s", f"L2 {l2:.0f}/s", ratio(2, 0), 1.3)
    yield Figure("drain, throughput mode", f"{together:.0f}/s", f"L4 {l4:.0f}/s", ratio(3, 1), 1.0)
    yield Figure("  the same against L2", f"{together:.0f}/s", f"L2 {l2:.0f}/s", ratio(3, 0))
    yield Figure("  a job's cost, one-row", str(one))
    yield Figure("  a job's cost, throughput", str(many))
