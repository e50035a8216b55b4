"""Queues, groups and limits, each as a ratio to plain jobs of the same run."""
import os
from statistics import median

from .drain import ONE_ROW, plain
from .figure import Figure, tell
from .ground import ROWS

# IX_BENCH_FLOW=0.05 tries the part with a twentieth of the jobs.
SCALE = float(os.environ.get("IX_BENCH_FLOW", "1"))
JOBS, BIG, KEYS, ALONE = (max(20, int(count * SCALE)) for count in (40_000, 200_000, 2_000, 20_000))
EACH = 10  # jobs of each small key
ONE_CONNECTION = ("worker.count=1", "postgres.connections=1")
FAIR, TWO, STRICT = None, '{"group_concurrency": 2}', '{"strict": true}'


def clear(ground, queue=None):
    """No job, no line, and no queue but `echo` with these settings."""
    ground.clear()
    ground.sql("TRUNCATE ix_lines, ix_queues, ix_groups, ix_rates, ix_running, ix_errors", "DELETE FROM ix_admissions",
               "INSERT INTO ix_admissions (pass, turns) VALUES (0, '{}')")
    if queue:
        ground.sql(f"SELECT ix_set_queue('echo', '{queue}')", "UPDATE ix_queues SET entering = NULL")


def fill(ground, count, group, client):
    """Jobs in line, of the group that the SQL expression of n gives."""
    ground.sql(ROWS.format(columns=", queue, group_key", values=f", 'echo', {group}", count=count, client=client))


def settle(ground):
    ground.sql("VACUUM ANALYZE ix_jobs", "VACUUM ANALYZE ix_lines", "CHECKPOINT")


def plain_rate(ground, *settings, before=()):
    """Of plain jobs, beside what the statements before put there."""
    clear(ground)
    for statement in before:
        ground.sql(statement)
    ground.fill(JOBS)
    with ground.daemon(*settings):
        ground.wait("NOT EXISTS (SELECT 1 FROM ix_jobs WHERE client_id = 'bench' AND status IN ('pending', 'running'))")
    return rate(ground, "client_id = 'bench'")


def rate(ground, which):
    """Jobs per second, of all jobs, from the first start to the last end of one of those."""
    return float(ground.sql(f"""WITH span AS (SELECT min(started_at) AS first, max(finished_at) AS last FROM ix_jobs WHERE {which})
        SELECT (SELECT count(*) FROM ix_jobs, span WHERE finished_at BETWEEN span.first AND span.last)
               / extract(epoch FROM last - first) FROM span"""))


def behind_rate(ground, queue):
    """While many small keys wait behind one of many jobs, until the last of their jobs has ended."""
    clear(ground, queue)
    fill(ground, BIG, "'m'", "big")
    fill(ground, KEYS * EACH, f"'k' || n % {KEYS}", "small")
    settle(ground)
    with ground.daemon(*ONE_ROW):
        # A look by the index of the line, because one at the jobs would read the big key's.
        small = "NOT EXISTS (SELECT 1 FROM ix_lines WHERE queue = 'echo' AND priority = 0 AND group_key < 'm' AND"
        ground.wait(f"{small} turn IS NULL AND asleep IS NULL) AND {small} turn IS NOT NULL)")
    return rate(ground, "client_id = 'small'")


def alone_rate(ground, queue):
    """Of one key alone."""
    clear(ground, queue)
    fill(ground, ALONE, "'m'", "bench")
    settle(ground)
    with ground.daemon(*ONE_ROW):
        ground.wait_until_drained()
    return rate(ground, "client_id = 'bench'")


QUEUE = ["SELECT ix_set_queue('other', '{\"concurrency\": 5}')", "UPDATE ix_queues SET entering = NULL"]
LINE = ["SELECT ix_pause('other')", "UPDATE ix_queues SET entering = NULL", """SELECT count(*) FROM generate_series(1, 1000) n,
    LATERAL ix_enqueue('{}', use_case => 'echo', client_id => 'line', request_id => n::text, queue => 'other', group_key => (n % 50)::text)"""]

# The name, the measurement, the measurement that it is a ratio to, and the goal.
FIGURES = [
    ("plain jobs, a queue with settings, no line", lambda g: plain_rate(g, *ONE_ROW, before=QUEUE), "plain", 0.98),
    ("plain jobs, 1,000 jobs in a paused line", lambda g: plain_rate(g, *ONE_ROW, before=LINE), "plain", 0.95),
    (f"{KEYS:,} keys behind one of {BIG:,}, fair", lambda g: behind_rate(g, FAIR), "plain", 0.6),
    (f"{KEYS:,} keys behind one of {BIG:,}, limit 2", lambda g: behind_rate(g, TWO), "plain", 0.6),
    (f"{KEYS:,} keys behind one of {BIG:,}, strict", lambda g: behind_rate(g, STRICT), "plain", 0.6),
    ("one key alone, no limit", lambda g: alone_rate(g, FAIR), "one connection", 1.2),
    ("one key alone, limit 10", lambda g: alone_rate(g, '{"group_concurrency": 10}'), "one connection", 1.2),
    ("one key alone, strict", lambda g: alone_rate(g, STRICT), "one connection", 0.8),
]


def measure(ground, rounds):
    columns = {name: [] for name in ["L2", "plain", "one connection"] + [figure[0] for figure in FIGURES]}
    for number in range(rounds):
        columns["L2"].append(plain(ground, "l2.sql", 1, JOBS))
        columns["plain"].append(plain_rate(ground, *ONE_ROW))
        columns["one connection"].append(plain_rate(ground, *ONE_CONNECTION))
        for name, figure, *_ in FIGURES:
            columns[name].append(figure(ground))
        tell("flow: " + ", ".join(f"{name} {rates[-1]:.0f}/s" for name, rates in columns.items()))
    clear(ground)
    yield Figure("plain jobs, for the ratios below", f"{median(columns['plain']):.0f}/s", f"L2 {median(columns['L2']):.0f}/s",
                 median(ours / bare for ours, bare in zip(columns["plain"], columns["L2"])))
    for name, _, base, goal in FIGURES:
        yield Figure(name, f"{median(columns[name]):.0f}/s", f"{base} {median(columns[base]):.0f}/s",
                     median(ours / under for ours, under in zip(columns[name], columns[base])), goal)
