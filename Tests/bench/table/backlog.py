"""Draining in a table with a million other rows, against the same queue without them, one row a transaction."""
import os
from statistics import median

from .drain import ONE_ROW
from .figure import Figure, tell

SECONDS, QUEUE = 6, 60000


def history(ground, rounds):
    kept = int(os.environ.get("HISTORY", 1_000_000))
    yield compared(ground, rounds, f"drain, {kept:,} ended jobs kept", 0.9 if kept <= 1_000_000 else 0.8,
                   lambda: ground.fill_done(kept, "history"))


def backlog(ground, rounds):
    # The daemon takes the oldest of all of them; the queue never ends.
    yield compared(ground, rounds, "drain, 1,000,000 pending", 0.9, lambda: ground.fill(1_000_000, "backlog"))


def compared(ground, rounds, name, goal, load):
    empty = [alone(ground) for _ in range(rounds)]
    ground.clear()
    load()
    full = []
    for number in range(rounds):
        ground.fill(QUEUE, f"queue-{number}")
        full.append(ground.rate_for(SECONDS, *ONE_ROW))
    empty += [alone(ground) for _ in range(rounds)]
    ground.clear()
    tell(f"{name}: {full}; without them {empty}")
    ours, without = median(full), median(empty)
    return Figure(name, f"{ours:.0f}/s", f"without them {without:.0f}/s", ours / without, goal)


def alone(ground):
    ground.clear()
    ground.fill(QUEUE)
    return ground.rate_for(SECONDS, *ONE_ROW)
