"""The storm's table, from the evidence alone."""
import json
import os
from dataclasses import dataclass

HEAD = ["fault", "another primary", "jobs stood still s", "enqueue stood still s", "jobs", "lost", "doubled", "results dropped",
        "starts over one"]


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
    events = sorted(lines(folder, "events"), key=lambda event: event["number"])
    ends, starts, keys, job_of = [], {}, {}, {}
    for event in events:
        old, new = event["old"], event["new"]
        if new and new["status"] in ("done", "error") and old and old["status"] not in ("done", "error"):
            ends.append(event["at"])
        if new and old and old["status"] == "pending" and new["status"] == "running":
            starts[event["job_id"]] = starts.get(event["job_id"], 0) + 1
    for enqueue in lines(folder, "enqueues"):
        key = (enqueue["clientID"], enqueue["requestID"])
        keys.setdefault(key, enqueue["at"])
        if "jobID" in enqueue:
            job_of[enqueue["jobID"]] = key
    ends.sort()
    # A job belongs to the last fault that began before the job's enqueue, or within the 5 s after it.
    def window_of(at):
        return max((index for index, window in enumerate(windows) if window.begun - 5 <= at), default=0)
    rows = [[window.name, "yes" if window.moved else "no", longest_gap(ends, window.begun, window.ended),
             longest_gap(acknowledged, window.begun, window.ended), 0, 0, 0, window.dropped, 0] for window in windows]
    for job, key in job_of.items():
        row = rows[window_of(keys[key])]
        row[4] += 1
        row[8] += starts.get(job, 0) > 1
    for kind, job, _ in violations:
        at = keys.get(job_of.get(job), 0)
        rows[window_of(at)][5 if kind == "lost" else 6] += 1
    total = ["all", "", max((row[2] for row in rows), default=0), max((row[3] for row in rows), default=0)]
    total += [sum(row[column] for row in rows) for column in range(4, 9)]
    cells = [HEAD] + [[f"{cell:.1f}" if isinstance(cell, float) else str(cell) for cell in row] for row in rows + [total]]
    widths = [max(len(row[column]) for row in cells) for column in range(len(HEAD))]
    text = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in cells]
    return "\n".join([text[0], "─" * (sum(widths) + 2 * len(widths) - 2)] + text[1:])
