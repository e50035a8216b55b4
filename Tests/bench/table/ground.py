"""The ground of a run: a private PostgreSQL with fsync on, and daemons on it."""
import os
import re
import subprocess
import time
from contextlib import contextmanager

from .daemon import Daemon, cpu_of

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
BENCH = os.path.join(ROOT, "Tests", "bench")

# One job as `echo` takes it, with a due time of its own as callers' jobs have.
ROWS = """INSERT INTO ix_jobs (created_at, job_id, ix_id, client_id, request_id, use_case, request{columns})
    SELECT now() - interval '1 hour' + n * interval '100 us', gen_random_uuid(), 'noop', '{client}', n::text, 'echo',
           jsonb_build_object('use_case', 'echo', 'ix_id', 'noop', 'ix_client_id', '{client}', 'request_id', n::text,
                              'seq', 1, 'text', 'a small request'){values}
      FROM generate_series(1, {count}) n"""
DONE_COLUMNS = ", status, response, started_at, finished_at, claim_id, finished_claim"
DONE_VALUES = ", 'done', '{\"error\": null}', now(), now(), gen_random_uuid(), gen_random_uuid()"
TABLES = "ix_jobs, ix_attempts, ix_callbacks, ix_deliveries, ix_progress"


class Ground:
    def __init__(self, programs, work):
        self.programs, self.work = programs, work
        self.cluster = os.path.join(work, "postgres")
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("IX_", "PG"))}
        start = subprocess.run([ROOT + "/Tests/cluster.sh", "start", self.cluster], env={**clean, "FSYNC": "on"},
                               stdout=subprocess.PIPE, text=True, check=True)
        self.url = start.stdout.strip()
        self.environment = {**clean, "IX_POSTGRES_URL": self.url, "IX_WORKER_STATE_DIRECTORY": work + "/state"}
        subprocess.run([self.program("ix-worker"), "migrate"], env=self.environment, check=True, stdout=subprocess.DEVNULL)
        self.script(BENCH + "/plain.sql")
        with open(self.cluster + "/data/postmaster.pid") as file:
            self.postmaster = int(file.readline())
        self.onlooker = subprocess.Popen(["psql", self.url, "-qAtX", "-v", "ON_ERROR_STOP=1"], stdin=subprocess.PIPE,
                                         stdout=subprocess.PIPE, text=True)

    def close(self):
        self.onlooker.stdin.close()
        self.onlooker.wait()
        subprocess.run([ROOT + "/Tests/cluster.sh", "kill", self.cluster], stdout=subprocess.DEVNULL)

    def program(self, name):
        path = os.path.join(self.programs, name)
        if not os.access(path, os.X_OK):
            raise SystemExit(f"bench: no {name} in {self.programs} (make bench builds it)")
        return path

    def sql(self, *texts):
        """The last one's answer, as text."""
        words = [word for text in texts for word in ("-c", text)]
        return self.psql(*words)

    @contextmanager
    def logged(self, pattern):
        """A list, which holds at the end what the pattern found in the lines of the statements that the server took meanwhile."""
        heard, log = [], self.cluster + "/data/server.log"
        # What the name is followed by is found in no statement.
        self.sql("ALTER SYSTEM SET log_min_duration_statement = 0", "ALTER SYSTEM SET log_line_prefix = 'session %a says '",
                 "SELECT pg_reload_conf()")
        time.sleep(1)
        start = os.path.getsize(log)
        yield heard
        with open(log, errors="replace") as file:
            file.seek(start)
            heard += re.findall(pattern, file.read(), re.M)
        self.sql("ALTER SYSTEM RESET log_min_duration_statement", "SELECT pg_reload_conf()")

    def statements(self):
        """A list, which holds at the end the session's name of each statement that the server took meanwhile."""
        return self.logged(r"^session (.*?) says LOG:  duration: \S+ ms  (?:execute|statement)")

    def script(self, path):
        return self.psql("-f", path)

    def psql(self, *words):
        done = subprocess.run(["psql", self.url, "-qAtX", "-v", "ON_ERROR_STOP=1", *words], stdout=subprocess.PIPE,
                              text=True, check=True)
        return done.stdout.strip()

    def pgbench(self, script, *words):
        """Transactions per second."""
        done = subprocess.run(["pgbench", self.url, "-n", "-M", "prepared", "-f", script, *map(str, words)],
                              capture_output=True, text=True)
        if done.returncode:
            raise SystemExit("bench: pgbench failed: " + done.stderr)
        return float(next(line for line in done.stdout.split("\n") if line.startswith("tps")).split()[2])

    # Jobs

    def clear(self):
        self.sql(f"TRUNCATE {TABLES}")

    def fill(self, count, client="bench"):
        """Adds pending jobs, and leaves the table as vacuum does."""
        self.sql(ROWS.format(columns="", values="", count=count, client=client))
        self.settle()

    def fill_done(self, count, client):
        self.sql("SET session_replication_role = replica", "SET synchronous_commit = off",
                 ROWS.format(columns=DONE_COLUMNS, values=DONE_VALUES, count=count, client=client))

    def settle(self):
        self.sql("VACUUM ANALYZE ix_jobs", "CHECKPOINT")

    def daemon(self, *settings, program="ix-worker", environment={}):
        return Daemon(self.program(program), {**self.environment, **environment}, self.work, *settings)

    def wait(self, condition, limit=600, pause=0.3):
        """A look costs something, so there are few, in a session that is open already."""
        end = time.monotonic() + limit
        while not self.look(condition):
            if time.monotonic() > end:
                raise SystemExit("bench: not in time: " + condition)
            time.sleep(pause)

    def look(self, condition):
        self.onlooker.stdin.write(f"SELECT {condition};\n")
        self.onlooker.stdin.flush()
        answer = self.onlooker.stdout.readline()
        if not answer:
            raise SystemExit("bench: could not ask: " + condition)
        return answer == "t\n"

    def wait_until_drained(self):
        self.wait("NOT EXISTS (SELECT 1 FROM ix_jobs WHERE status = 'pending' OR status = 'running')")

    def rate(self, since="-infinity", last=None):
        """Jobs per second from the first start to the last end; or in the last so many seconds."""
        if last is None:
            return float(self.sql(f"""SELECT count(*) / extract(epoch FROM max(finished_at) - min(started_at)) FROM ix_jobs
                WHERE finished_at > started_at AND started_at >= '{since}'"""))
        return float(self.sql(f"""SELECT count(*) / {last}::float FROM ix_jobs WHERE started_at >= '{since}' AND finished_at >=
            (SELECT max(finished_at) FROM ix_jobs WHERE started_at >= '{since}') - {last} * interval '1 second'"""))

    def rate_for(self, seconds, *settings):
        """Of a daemon that runs for so long on a queue that outlasts it."""
        since = self.sql("SELECT clock_timestamp()")
        with self.daemon(*settings):
            time.sleep(seconds)
        return self.rate(since)

    # What it costs

    def server_cpu(self):
        total = cpu_of(self.postmaster, reaped=True)
        with open(f"/proc/{self.postmaster}/task/{self.postmaster}/children") as file:
            children = file.read().split()
        for child in children:
            try:
                total += cpu_of(child)
            except (FileNotFoundError, ProcessLookupError):
                pass
        return total

    def wal_bytes(self):
        return int(self.sql("SELECT wal_bytes FROM pg_stat_wal"))
