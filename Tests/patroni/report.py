"""The storm's table, from the evidence alone."""
import json
import os
from collections import Counter
from dataclasses import dataclass

HEAD = ["fault", "another primary", "jobs stood still s", "enqueue stood still s", "jobs", "lost", "doubled", "results dropped",
        "starts over one", "callbacks again"]


@dataclass
class Window:
    name: str
    begun: float
    ended: float = 0
    dropped: int = 0
    moved: bool = False


def lines(folder, name):
    path = os.path.join(folder, name + ".jsonl")
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]


def longest_gap(times, begun, ended):
    """The longest time without one of `times`, of the gaps that touch the window."""
    within = [at for at in times if begun - 5 <= at <= ended + 5]
    points = [max(begun - 5, min(within, default=begun))] + within + [min(ended + 5, max(within, default=ended))]
    return max((late - early for early, late in zip(points, points[1:]) if late >= begun), default=0)


def table(folder, windows, acknowledged, violations):
    ends, starts, ended = changes(folder)
    enqueued, job_of = producers(folder)
    deliveries = Counter(line["ixID"] for line in lines(folder, "deliveries"))
    ix_ids = {event["job_id"]: event["ix_id"] for event in lines(folder, "events")}

    def window_of(key):
        """A job belongs to the last fault that began before its enqueue, or within the 5 s after it."""
        at = enqueued.get(key, 0)
        return max((index for index, window in enumerate(windows) if window.begun - 5 <= at), default=0)
    rows = [[window.name, "yes" if window.moved else "no", longest_gap(ends, window.begun, window.ended),
             longest_gap(acknowledged, window.begun, window.ended), 0, 0, 0, window.dropped, 0, 0] for window in windows]
    for job, key in job_of.items():
        row = rows[window_of(key)]
        row[4] += 1
        row[5] += job not in ended
        row[8] += starts[job] > 1
        row[9] += deliveries[ix_ids.get(job)] > 1
    for kind, job, _ in violations:
        rows[window_of(job_of.get(job))][6] += kind != "lost"
    total = ["all", ""] + [max((row[column] for row in rows), default=0) for column in (2, 3)]
    total += [sum(row[column] for row in rows) for column in range(4, len(HEAD))]
    return aligned([HEAD] + [[f"{cell:.1f}" if isinstance(cell, float) else str(cell) for cell in row] for row in rows + [total]])


def changes(folder):
    """When jobs ended, how often each was claimed, and which have ended, by the trigger's events."""
    ends, starts, ended = [], Counter(), set()
    for event in lines(folder, "events"):
        old, new = event["old"], event["new"]
        if not old or not new:
            continue
        if new["status"] in ("done", "error"):
            ended.add(event["job_id"])
            if old["status"] not in ("done", "error"):
                ends.append(event["at"])
        elif old["status"] == "pending" and new["status"] == "running":
            starts[event["job_id"]] += 1
    return sorted(ends), starts, ended


def producers(folder):
    """When each pair of keys was first sent, and the keys of each acknowledged job."""
    enqueued, job_of = {}, {}
    for line in lines(folder, "enqueues"):
        key = (line["clientID"], line["requestID"])
        enqueued.setdefault(key, line["at"])
        if "jobID" in line:
            job_of[line["jobID"]] = key
    return enqueued, job_of


def aligned(cells):
    widths = [max(len(row[column]) for row in cells) for column in range(len(HEAD))]
    text = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in cells]
    return "\n".join([text[0], "─" * (sum(widths) + 2 * len(widths) - 2)] + text[1:])
