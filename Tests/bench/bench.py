#!/usr/bin/env python3
"""Measures ix-worker against what the same machine and the same database allow, in one run, and prints one table.

    bench.py [PROGRAMS] [--parts drain,held,…] [--rounds N] [--json FILE]

PROGRAMS: the folder with ix-worker, ix-bench-mark and ix-bench-bare, built for release. A private PostgreSQL with fsync on is
made for the run and removed with it. Every reference is measured beside ix-worker, round by round, so that the ratios
hold where the numbers don't. What is known so far goes to standard error, the table to standard output.
"""
import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile

from table import backlog, dependencies, drain, embedded, fleet, flow, held, http, idle, inflight, insert, observed, peers, pickup, pipelines
from table import instructions as counted
from table import schedules, wal
from table.figure import HEAD, table, tell
from table.ground import ROOT, Ground

PARTS = {
    "drain": drain.measure, "pickup": pickup.measure, "insert": insert.measure, "backlog": backlog.backlog,
    "history": backlog.history, "held": held.measure, "pipelines": pipelines.measure, "inflight": inflight.measure,
    "idle": idle.idle, "startup": idle.startup, "embedded": embedded.measure, "peers": peers.measure, "http": http.inserts,
    "flow": flow.measure, "pages": http.pages, "http-idle": http.idle, "streams": http.streams, "restarts": http.restarts,
    "instructions": counted.measure, "dependencies": dependencies.measure, "wal": wal.measure,
    "observed": observed.measure, "schedules": schedules.measure, "fleet": fleet.measure,
    "fleet-drain": fleet.pooled, "fleet-upgrade": fleet.rolling,
}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("programs", nargs="?", default=os.path.join(ROOT, ".build", "release"))
    parser.add_argument("--parts", default=",".join(PARTS), help="of: " + " ".join(PARTS))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", help="a file for the figures")
    given = parser.parse_args()
    given.parts = [part for part in given.parts.replace(" ", ",").split(",") if part]
    for part in given.parts:
        if part not in PARTS:
            parser.error(f"parts: there is no {part}, only {' '.join(PARTS)}")
    if given.rounds < 1:
        parser.error("rounds: at least 1")
    return given


def main():
    given = arguments()
    work = tempfile.mkdtemp(prefix="ix-worker-bench.")
    os.chmod(work, 0o755)
    figures = []
    try:
        ground = Ground(os.path.abspath(given.programs), work)
        try:
            for part in given.parts:
                for figure in PARTS[part](ground, given.rounds):
                    figures.append(figure)
                    tell("  ".join(cell for cell in figure.cells if cell))
        finally:
            ground.close()
    except KeyboardInterrupt:
        tell("bench: cut short")
    except subprocess.CalledProcessError as failure:
        sys.exit(f"bench: {failure}")
    finally:
        shutil.rmtree(work, ignore_errors=True)
        if figures:
            print(table(figures))
        if given.json:
            with open(given.json, "w") as file:
                json.dump([dict(zip(HEAD, figure.cells), number=figure.value) for figure in figures], file, indent=1)


if __name__ == "__main__":
    main()
