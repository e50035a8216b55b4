"""How late the jobs of schedules start, with a thousand schedules of each minute, and what schedules cost while none is due."""
import os
import time
from contextlib import ExitStack

from .figure import Figure, tell

# IX_BENCH_SCHEDULES=100 tries the part with a tenth of the schedules.
COUNT = int(os.environ.get("IX_BENCH_SCHEDULES", "1000"))
LATE = """SELECT format('%s %s %s %s %s', count(*), percentile_cont(0.5) WITHIN GROUP (ORDER BY inserted),
                 percentile_cont(0.99) WITHIN GROUP (ORDER BY inserted), percentile_cont(0.5) WITHIN GROUP (ORDER BY started),
                 percentile_cont(0.99) WITHIN GROUP (ORDER BY started))
            FROM (SELECT extract(epoch FROM created_at - moment) AS inserted, extract(epoch FROM started_at - moment) AS started
                    FROM (SELECT created_at, started_at, split_part(request_id, '@', 2)::timestamptz AS moment FROM ix_jobs
                           WHERE client_id = 'schedule') AS fires) AS late"""


def clear(ground):
    ground.clear()
    ground.sql("TRUNCATE ix_schedules")


def lateness(ground, rounds, daemons):
    """Whole minutes, each of which fires every schedule once."""
    clear(ground)
    ground.sql(f"""SELECT count(ix_schedule('s' || n, '{{"use_case": "echo"}}', '* * * * *')) FROM generate_series(1, {COUNT}) n""")
    with ExitStack() as stack:
        for number in range(daemons):
            stack.enter_context(ground.daemon(f"worker.instance=schedules-{number}"))
        for done in range(rounds):
            ground.wait(f"(SELECT count(*) FROM ix_jobs WHERE client_id = 'schedule' AND status = 'done') >= {COUNT * (done + 1)}",
                        limit=200)
    count, *seconds = ground.sql(LATE).split()
    twice = ground.sql("SELECT count(*) FROM (SELECT request_id FROM ix_jobs GROUP BY 1 HAVING count(*) > 1) AS twice")
    if int(count) % COUNT or twice != "0":
        raise SystemExit(f"bench: {count} fires of {COUNT} schedules")
    return [float(second) for second in seconds]


def looks(ground):
    """Looks at the schedules in a minute by an idle daemon without schedules."""
    clear(ground)
    log = ground.cluster + "/data/server.log"
    with ground.daemon():
        time.sleep(5)
        with ground.statements():
            start = os.path.getsize(log)
            time.sleep(120)
            with open(log, errors="replace") as file:
                file.seek(start)
                return file.read().count("execute find_schedules") / 2


def measure(ground, rounds):
    for daemons in (1, 3):
        inserted, last, started, slowest = lateness(ground, rounds, daemons)
        name = f"{COUNT:,} schedules a minute, {daemons} daemon{'s' if daemons > 1 else ''}"
        tell(f"schedules: {name}: inserted {inserted:.3f} s, {last:.3f} s; started {started:.3f} s, {slowest:.3f} s")
        yield Figure(f"{name}: insert after the moment", f"p50 {inserted * 1000:.0f} ms", f"p99 {last * 1000:.0f} ms", last, 5,
                     below=True, unit=" s")
        yield Figure(f"{name}: start after the moment", f"p50 {started * 1000:.0f} ms", f"p99 {slowest * 1000:.0f} ms", slowest)
    clear(ground)
    found = looks(ground)
    yield Figure("idle: looks for schedules, while there is none", f"{found:.1f}/min", "", found, 1, below=True, unit="/min")
