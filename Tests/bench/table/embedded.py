"""Draining the embedded file, against a bare loop of two synced transactions a job by the same library on the same disk."""
import os
import shutil
import sqlite3
import subprocess
import time
from statistics import median

from .daemon import Daemon
from .figure import Figure, tell

JOBS = 5000


def measure(ground, rounds):
    kind = subprocess.run(["findmnt", "-n", "-o", "FSTYPE", "-T", ground.work], capture_output=True, text=True).stdout.strip()
    if kind == "tmpfs":
        raise SystemExit(f"bench: {ground.work} is in memory, where a sync costs nothing; set TMPDIR")
    ours, plain = [], []
    for _ in range(rounds):
        plain.append(bare(ground))
        ours.append(drain(ground))
        tell(f"embedded: bare {plain[-1]:.0f}/s, ix-worker {ours[-1]:.0f}/s on {kind}")
    yield Figure("embedded file, drain", f"{median(ours):.0f}/s", f"two transactions {median(plain):.0f}/s",
                 median(a / b for a, b in zip(ours, plain)), 0.7)


def folder(ground, name):
    path = os.path.join(ground.work, name)
    shutil.rmtree(path, ignore_errors=True)
    os.mkdir(path)
    return path


def bare(ground):
    return float(subprocess.check_output([ground.program("ix-bench-bare"), folder(ground, "bare") + "/jobs.db", str(JOBS)]))


def drain(ground):
    path = folder(ground, "ours") + "/jobs.db"
    environment = {name: value for name, value in ground.environment.items() if name != "IX_POSTGRES_URL"}
    environment["IX_SQLITE_PATH"] = path
    subprocess.run([ground.program("ix-worker"), "migrate"], env=environment, check=True, stdout=subprocess.DEVNULL)
    db = sqlite3.connect(path, timeout=20)
    db.executemany("INSERT INTO ix_enqueue (request) VALUES (json_object('use_case', 'echo', 'ix_client_id', 'bench', "
                   "'request_id', ?, 'seq', 1, 'text', 'a small request'))", ((str(number),) for number in range(JOBS)))
    db.commit()
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with Daemon(ground.program("ix-worker"), environment, ground.work, "worker.count=10"):
        while db.execute("SELECT EXISTS (SELECT 1 FROM ix_jobs WHERE status IN ('pending', 'running'))").fetchone()[0]:
            time.sleep(0.2)
    return db.execute("SELECT count(*) / (86400 * (julianday(max(finished_at)) - julianday(min(started_at)))) FROM ix_jobs "
                      "WHERE status = 'done'").fetchone()[0]
