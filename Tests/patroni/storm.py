#!/usr/bin/env python3
"""Does to a cluster under Patroni all that can be done, while jobs run, and looks for every job afterwards.

    storm.py PROGRAMS [--short | --faults "switchover,node lost"] [--rounds N] [--asynchronous] [--checker PROGRAM]

PROGRAMS: the folder with ix-worker and ixctl. Three nodes with etcd, Patroni and PostgreSQL run in network namespaces of
their own with deploy's configurations, HAProxy and PgBouncer beside them, a daemon in each of three places. Needs root and
`.ci/setup patroni`. Everything lives in namespaces of the storm, and ends with it. Exit codes: 0 no promise was broken, 1
some were; the evidence stays in the printed folder.
"""
import argparse
import glob
import os
import shutil
import sys
import tempfile
import time

HERE = os.path.abspath(__file__)
sys.path.insert(0, os.path.dirname(HERE))
sys.dont_write_bytecode = True

import faults  # noqa: E402
import namespace  # noqa: E402
from node import ROOT  # noqa: E402


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("programs", help="the folder with ix-worker and ixctl")
    parser.add_argument("--short", action="store_true", help="three faults, once each: three minutes")
    parser.add_argument("--faults", help="of: " + ", ".join(faults.ALL))
    parser.add_argument("--rounds", type=int, help="how often each fault comes (2, short 1)")
    parser.add_argument("--rate", type=float, default=8, help="jobs a second of each of three producers")
    parser.add_argument("--asynchronous", action="store_true", help="without synchronous_mode: jobs may be lost, and are counted")
    parser.add_argument("--checker", default=os.path.join(ROOT, ".build", "debug", "ix-storm"))
    parser.add_argument("--folder", help="for the evidence; a new one below the temporary one when left out")
    given = parser.parse_args()
    given.faults = given.faults.split(",") if given.faults else list(faults.SHORT if given.short else faults.ALL)
    for name in given.faults:
        if name not in faults.ALL:
            parser.error(f"--faults: there is no {name}, only {', '.join(faults.ALL)}")
    given.rounds = given.rounds or (1 if given.short else 2)
    return given


def main():
    given = arguments()
    namespace.enter(HERE)
    from rage import Storm  # after enter(), since it needs the packages of Patroni's Python
    folder = os.path.abspath(given.folder or tempfile.mkdtemp(prefix="ix-storm-patroni."))
    os.makedirs(folder, exist_ok=True)
    os.chmod(folder, 0o755)
    work = tempfile.mkdtemp(prefix="ix-storm-nodes.")
    os.chmod(work, 0o755)
    print(f"storm on Patroni, {'asynchronous' if given.asynchronous else 'synchronous'}, evidence in {folder}", flush=True)
    begun = time.monotonic()
    try:
        isGood = Storm(given, folder, work).run()
    finally:
        # What the nodes said belongs to the evidence.
        for path in glob.glob(work + "/**/*.log", recursive=True):
            shutil.copy(path, os.path.join(folder, os.path.relpath(path, work).replace("/", "-")))
        shutil.rmtree(work, ignore_errors=True)
    print(f"took {time.monotonic() - begun:.0f} s")
    sys.exit(0 if isGood else 1)


if __name__ == "__main__":
    main()
