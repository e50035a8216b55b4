"""WAL of a job behind a long history, right after a checkpoint; the server then logs each page whole at its first change."""
import os

from .figure import Figure

JOBS = 20000
ENQUEUE = """SELECT count(*) FROM (SELECT ix_enqueue('{{}}', use_case => 'echo', client_id => 'c' || i % 50, request_id => 'r' || i)
                              FROM generate_series(1, {jobs}) AS i OFFSET 0) AS x"""


def place(ground):
    return ground.sql("SELECT pg_current_wal_insert_lsn()")


def written(ground, start):
    return float(ground.sql(f"SELECT pg_current_wal_insert_lsn() - '{start}'::pg_lsn")) / JOBS


def measure(ground, rounds):
    kept = int(os.environ.get("HISTORY", 1_000_000))
    ground.clear()
    ground.fill_done(kept, "history")
    ground.settle()
    start = place(ground)
    ground.sql(ENQUEUE.format(jobs=JOBS))
    insert = written(ground, start)
    ground.sql("CHECKPOINT")
    start = place(ground)
    with ground.daemon():
        ground.wait_until_drained()
    drain = written(ground, start)
    ground.clear()
    behind = f"{kept:,} jobs kept"
    yield Figure("WAL: ix_enqueue", f"{insert:.0f} bytes a job", behind, insert, 1000, below=True, unit=" B")
    yield Figure("WAL: claim and end", f"{drain:.0f} bytes a job", behind, drain, 2000, below=True, unit=" B")
