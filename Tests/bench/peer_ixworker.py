"""ix-worker as one more peer of a harness that measures queues side by side (its interface: `ixbench.peer.Peer`).

The daemon is `ix-bench-mark`: ix-worker with a Swift pipeline that appends a mark to a file. Jobs go in by `ix_enqueue` and
`ix_enqueue_batch`, over psycopg. `IXB_IXWORKER` is the folder with the program."""
import json
import os
import subprocess
import time

from ixbench.peer import Peer, py_driver

PROGRAM = os.path.join(os.environ.get("IXB_IXWORKER", ".build/release"), "ix-bench-mark")


ONE_ROW = {"worker.count": 10, "postgres.connections": 10}
THROUGHPUT = {"worker.count": 400, "worker.batch": 200, "postgres.connections": 10}


class IXWorker(Peer):
    def __init__(self, name, label, drain_n, daemon, settings):
        super().__init__()
        self.name, self.label, self.drain_n, self.daemon, self.settings = name, label, drain_n, daemon, settings

    def available(self):
        return None if os.access(PROGRAM, os.X_OK) else f"no {PROGRAM}"

    def version(self):
        said = subprocess.run([PROGRAM, "--version"], capture_output=True, text=True, check=True)
        return "ix-worker " + said.stdout.split("\n")[0]

    def env(self):
        return {"IXB_IXWORKER": os.path.dirname(os.path.abspath(PROGRAM)), "IXB_IXWORKER_SET": json.dumps(self.daemon)}

    def setup(self):
        environment = {**os.environ, "IX_POSTGRES_URL": self.dsn}
        subprocess.run([PROGRAM, "migrate"], env=environment, check=True, stdout=subprocess.DEVNULL)

    def reset(self):
        self.script("TRUNCATE ix_jobs, ix_attempts, ix_callbacks, ix_deliveries, ix_progress")

    def driver(self):
        return py_driver(os.path.abspath(__file__))

    def unfinished(self):
        return self.sql("SELECT count(*) FROM ix_jobs WHERE status IN ('pending', 'running')")[0][0]

    def preload_pending(self, n):
        self.preload(n, ", due_at", ", now()")  # no trigger sets it here

    def preload_finished(self, n):
        self.preload(n, ", status, response, started_at, finished_at, claim_id, finished_claim",
                     ", 'done', '{\"error\": null}', now(), now(), c, c")
        return n

    def preload(self, n, columns, values):
        self.script(f"""SET session_replication_role = replica; SET synchronous_commit = off;
            INSERT INTO ix_jobs (job_id, ix_id, client_id, request_id, use_case, request{columns})
            SELECT gen_random_uuid(), 'bench', 'preload', g || '/' || clock_timestamp(), 'mark',
                   jsonb_build_object('use_case', 'mark', 'ix_id', 'bench', 'ix_client_id', 'preload',
                                      'request_id', g::text, 'seq', g){values}
              FROM generate_series(1, {int(n)}) g, gen_random_uuid() c""")


PEERS = [
    IXWorker("ixworker", "ix-worker", 10_000, ONE_ROW,
             "10 workers, 10 connections, each claiming its own row, all guards on"),
    IXWorker("ixworker_batch", "ix-worker (throughput mode)", 60_000, THROUGHPUT,
             "400 workers, batch 200, 10 connections, all guards on"),
]

if __name__ == "__main__":
    from ixbench import driver

    def worker(_):
        state = os.path.join(os.environ.get("TMPDIR", "/tmp"), f"ix-bench-state-{os.getuid()}")
        settings = {**json.loads(os.environ["IXB_IXWORKER_SET"]), "log.level": "warning",
                    "worker.state_directory": state, "worker.grace_seconds": 1}
        words = [word for key, value in settings.items() for word in ("--set", f"{key}={value}")]
        os.execve(PROGRAM, [PROGRAM, *words], {**os.environ, "IX_POSTGRES_URL": driver.DSN})

    class Client:
        """Each enqueue is a transaction of its own."""

        def __enter__(self):
            import psycopg
            self.connection = psycopg.connect(driver.DSN, autocommit=True)
            self.run = f"run-{os.getpid()}-{time.time_ns()}"
            return self

        def enqueue(self, seq):
            self.connection.execute(
                "SELECT 1 FROM ix_enqueue(%s::jsonb, use_case => 'mark', client_id => %s, request_id => %s)",
                (json.dumps({"seq": seq}), self.run, f"{seq}/{time.time_ns()}"), prepare=True)

        def enqueue_many(self, seqs):
            jobs = [{"request": {"seq": seq, "use_case": "mark", "ix_client_id": self.run,
                                 "request_id": f"{seq}/{time.time_ns()}"}} for seq in seqs]
            self.connection.execute("SELECT count(*) FROM ix_enqueue_batch(%s::jsonb)", (json.dumps(jobs),), prepare=True)

    driver.main(worker, Client)
