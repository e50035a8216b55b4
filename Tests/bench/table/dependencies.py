"""What jobs that wait for others, dedupe keys and receipts cost beside plain jobs: ends by the server's CPU, inserts by callgrind, and
inserts beside many receipts also by their rate."""
import os
import shutil
import subprocess
import tempfile
import time
from statistics import median

import instructions

from .drain import ONE_ROW
from .figure import Figure, tell
from .ground import ROWS

PAIRS, CALLS, SECONDS = 10_000, 100, 5
# IX_BENCH_RECEIPTS=10000000 takes ten minutes and 4 GB.
RECEIPTS = int(os.environ.get("IX_BENCH_RECEIPTS") or 1_000_000)
# The steps of a cut that are measured, each of as many receipts as a step of the prune duty takes.
STEPS, STEP = 100, 1000
CALL = """SELECT 1 FROM ix_enqueue('{{"seq": 1, "text": "a small request"}}', use_case => 'echo', client_id => 'c',
request_id => gen_random_uuid()::text{further});
"""
PARENT, BATCH = "6f9619ff-8b86-4011-b42d-00c04fc964ff", "6f9619ff-8b86-4011-b42d-00c04fc964fe"
# Where the job of a key, its parents or its batch have to be looked up and noted.
GOALS = {"dedupe_key": 0.6, "after": 0.6, "batch_id": 0.6, "dedupe_key and after": 0.5}
CALLS_OF = {"plain": "", "dedupe_key": ", dedupe_key => gen_random_uuid()::text", "after": f", after => ARRAY['{PARENT}']::uuid[]",
            "batch_id": f", batch_id => '{BATCH}'", "dedupe_key and after": f", dedupe_key => gen_random_uuid()::text, after => ARRAY['{PARENT}']::uuid[]"}
MANY = """SELECT count(*) FROM ix_enqueue_batch((SELECT jsonb_agg(jsonb_build_object('request', jsonb_build_object('use_case', 'echo',
    'ix_client_id', 'c', 'request_id', gen_random_uuid(), 'seq', 1, 'text', 'a small request'){further})) FROM generate_series(1, 1000)))"""
CHILDREN = """INSERT INTO ix_jobs (created_at, job_id, ix_id, client_id, request_id, use_case, request, waits)
    SELECT created_at, gen_random_uuid(), 'noop', 'child', request_id, use_case, request, true FROM ix_jobs WHERE client_id = 'bench'"""
EDGES = """INSERT INTO ix_dependencies (job_id, after_job) SELECT c.job_id, p.job_id FROM ix_jobs c JOIN ix_jobs p USING (request_id)
    WHERE c.client_id = 'child' AND p.client_id = 'bench'"""


def sql(url, *texts):
    words = [word for text in texts for word in ("-c", text)]
    done = subprocess.run(["psql", url, "-qAtX", "-v", "ON_ERROR_STOP=1", *words], stdout=subprocess.PIPE, text=True, check=True)
    return done.stdout.strip()


def fill_receipts(url, count):
    """So many receipts of other requests, and statistics of them."""
    sql(url, "ALTER TABLE ix_receipts DROP CONSTRAINT ix_receipts_pkey", "DROP INDEX ix_receipts_at", "SET synchronous_commit = off",
        f"""INSERT INTO ix_receipts (pair, job_id, client, at)
            SELECT substring(sha256(n::text::bytea), 1, 16), gen_random_uuid(), ix_client_mark((n % 100)::text),
                   date_trunc('minute', now()) - interval '3 days' + (n * 86400.0 / {count})::integer / 60 * interval '1 minute'
              FROM generate_series(1, {count}) n""",
        "SET maintenance_work_mem = '512MB'", "ALTER TABLE ix_receipts ADD PRIMARY KEY (pair)",
        "CREATE INDEX ix_receipts_at ON ix_receipts (at)", "VACUUM ANALYZE ix_receipts", MARK)


# The note that receipts exist, which their writers make.
MARK = "SELECT ix_mark_receipts()"


class Counter:
    """Counts what calls cost in a server under callgrind."""

    def __init__(self, server, work):
        self.server, self.work = server, work

    def cost(self, text, database="postgres"):
        """Thousands of instructions of a call, each in a transaction of its own."""
        path = self.work + "/call.sql"
        with open(path, "w") as file:
            file.write(text)
        short, long = (self.run(path, count, database) for count in (CALLS, 4 * CALLS))
        return (long - short) / (3 * CALLS) / 1000

    def pair(self, text, *databases):
        """The cost in each of two databases that have had equally many calls, because the first calls of a database extend its files."""
        for _ in range(2):
            for database in databases:
                self.cost(text, database)
        return [self.cost(text, database) for database in databases]

    def run(self, path, count, database):
        time.sleep(1)  # sessions that were here before leave their counts late
        before = set(os.listdir(self.server.counts))
        address = self.server.url.replace("/postgres?", f"/{database}?")
        subprocess.run(["pgbench", address, "-n", "-M", "prepared", "-c", "1", "-t", str(count), "-f", path], check=True, capture_output=True)
        time.sleep(2)  # the count is written when the session has ended
        # pgbench's own session looks at the server first, and some other may come in between.
        return max(instructions.total(f"{self.server.counts}/{name}") for name in set(os.listdir(self.server.counts)) - before)


def drained(ground, has_pairs):
    """Microseconds of the server's CPU a job, and jobs a second; half of the jobs wait for the other half, or none does."""
    ground.clear()
    ground.sql("TRUNCATE ix_ended, ix_dependencies")
    if has_pairs:
        ground.sql(ROWS.format(columns=", has_dependents", values=", true", count=PAIRS, client="bench"))
        ground.sql(CHILDREN, EDGES, "VACUUM ANALYZE ix_dependencies")
    else:
        ground.sql(ROWS.format(columns="", values="", count=2 * PAIRS, client="bench"))
    ground.settle()
    before = ground.server_cpu()
    with ground.daemon(*ONE_ROW):
        ground.wait_until_drained()
    return (ground.server_cpu() - before) / PAIRS / 2 * 1e6, ground.rate()


def ends(ground, rounds):
    """Claim and end of a job with one dependent job, the release of that included, beside a plain job's."""
    plain, pairs = [], []
    for _ in range(rounds):
        plain.append(drained(ground, False))
        pairs.append(drained(ground, True))
    tell(f"dependencies: plain {plain}, pairs {pairs}")
    costs = [(2 * both[0] - one[0], one[0]) for one, both in zip(plain, pairs)]
    yield Figure("claim and end, one dependent job", f"server {median(cost[0] for cost in costs):.0f} µs",
                 f"plain {median(cost[1] for cost in costs):.0f} µs", median(one / pair for pair, one in costs), 0.6)
    yield Figure("jobs in pairs, drained", f"{median(pair[1] for pair in pairs):.0f}/s", f"plain {median(one[1] for one in plain):.0f}/s",
                 median(pair[1] / one[1] for pair, one in zip(pairs, plain)))


def without_look(server):
    """The definition of ix_enqueue, and one that doesn't look for receipts."""
    whole = server.sql("SELECT pg_get_functiondef(oid) FROM pg_proc WHERE proname = 'ix_enqueue' AND pronamespace = 'public'::regnamespace")
    bare = "\n".join(line for line in whole.split("\n") if "ix_receipt_marks" not in line)
    if bare == whole:
        raise SystemExit("dependencies: ix_enqueue has no line with a look for receipts")
    return whole, bare


def counted(ground):
    work = tempfile.mkdtemp(prefix="ix-worker-dependencies.")
    os.chmod(work, 0o755)

    def migrate(url):
        for name in ("postgres", "none", "many"):
            if name != "postgres":
                sql(url, f"CREATE DATABASE {name}")
            own = url.replace("/postgres?", f"/{name}?")
            subprocess.run([ground.program("ix-worker"), "migrate"], env={**ground.environment, "IX_POSTGRES_URL": own}, check=True,
                           stdout=subprocess.DEVNULL)
        fill_receipts(own, RECEIPTS)

    server = instructions.Server(work, migrate)
    counter = Counter(server, work)
    try:
        server.sql("ALTER SYSTEM SET autovacuum = off")
        server.sql("SELECT pg_reload_conf()")
        server.sql(f"SELECT ix_enqueue('{{}}', use_case => 'echo', client_id => 'c', request_id => 'parent')")
        server.sql(f"UPDATE ix_jobs SET job_id = '{PARENT}'")
        server.sql("SELECT ix_batch('{}', use_case => 'echo', client_id => 'c', request_id => 'finisher', open => true)")
        server.sql(f"UPDATE ix_jobs SET job_id = '{BATCH}' WHERE request_id = 'finisher'")
        server.sql(f"UPDATE ix_batches SET batch_id = '{BATCH}'")
        whole, bare = without_look(server)
        counter.cost(CALL.format(further=""))  # the first calls of a database extend its files
        costs = {"plain": counter.cost(CALL.format(further=""))}
        server.sql(bare)
        costs["no look"] = counter.cost(CALL.format(further=""))
        server.sql(whole)
        yield Figure("ix_enqueue, no receipts", f"{costs['plain']:.0f} k instructions", f"without the look {costs['no look']:.0f} k",
                     costs["no look"] / costs["plain"], 0.99)
        for name, further in list(CALLS_OF.items())[1:]:
            costs[name] = counter.cost(CALL.format(further=further))
            yield Figure(f"ix_enqueue, {name}", f"{costs[name]:.0f} k instructions", f"plain {costs['plain']:.0f} k",
                         costs["plain"] / costs[name], GOALS[name])
        none, many = counter.pair(CALL.format(further=""), "none", "many")
        yield Figure(f"ix_enqueue, {RECEIPTS:,} receipts", f"{many:.0f} k instructions", f"none {none:.0f} k", none / many, 0.9)
    finally:
        server.close()
        shutil.rmtree(work, ignore_errors=True)


def cut(url):
    """The size of a receipt, and the steps by which the prune duty cuts old ones."""
    size = int(sql(url, "SELECT pg_total_relation_size('ix_receipts')")) / RECEIPTS
    # Each step is a transaction of its own, so that the next passes over the entries of deleted receipts at once.
    text = "\\timing on\n" + f"SELECT ix_prune_access({STEP}, 86400);\n" * STEPS
    done = subprocess.run(["psql", url, "-qAtX", "-v", "ON_ERROR_STOP=1"], input=text, stdout=subprocess.PIPE, text=True, check=True)
    lines = done.stdout.split("\n")
    gone = sum(int(line) for line in lines if line.isdigit())
    took = [float(line.split()[1]) / 1000 for line in lines if line.startswith("Time:")]
    yield Figure(f"a receipt of {RECEIPTS:,}, with its indexes", f"{size:.0f} B", "no more than 200 B", 200 / size, 1)
    yield Figure(f"cut of receipts, {RECEIPTS:,} kept", f"{gone / sum(took):.0f}/s, longest step {max(took) * 1000:.0f} ms",
                 "no step over 1 s", 1 / max(took), 1)


def rates(ground, rounds):
    """Inserts on ten connections beside many receipts, in turn with inserts beside none."""
    ground.sql("CREATE DATABASE receipts")
    url = ground.url.replace("/postgres?", "/receipts?")
    subprocess.run([ground.program("ix-worker"), "migrate"], env={**ground.environment, "IX_POSTGRES_URL": url}, check=True, stdout=subprocess.DEVNULL)
    fill_receipts(url, RECEIPTS)
    path = ground.work + "/enqueue.sql"
    with open(path, "w") as file:
        file.write(CALL.format(further="").replace("'c'", "'c' || :client_id"))
    none, many = [], []
    for _ in range(rounds):
        for address, column in ((ground.url, none), (url, many)):
            sql(address, "TRUNCATE ix_jobs CASCADE", "CHECKPOINT")
            done = subprocess.run(["pgbench", address, "-n", "-M", "prepared", "-c", "10", "-j", "2", "-T", str(SECONDS), "-f", path],
                                  capture_output=True, text=True, check=True)
            column.append(float(next(line for line in done.stdout.split("\n") if line.startswith("tps")).split()[2]))
    tell(f"dependencies: none {none}, many {many}")
    yield from cut(url)
    ground.clear()
    ground.sql("DROP DATABASE receipts")
    yield Figure(f"ix_enqueue a second, {RECEIPTS:,} receipts", f"{median(many):.0f}/s", f"none {median(none):.0f}/s",
                 median(a / b for a, b in zip(many, none)), 0.9)


def bulk(ground, rounds):
    """A thousand members of a batch in a call of ix_enqueue_batch, in turn with a thousand plain jobs; and a look at a large batch."""
    plain, members = [], []
    ground.clear()
    ground.sql("TRUNCATE ix_batches, ix_members, ix_dependencies, ix_ended")
    batch = ground.sql("SELECT batch_id FROM ix_batch('{}', use_case => 'echo', client_id => 'c', request_id => 'finisher', open => true)")
    for _ in range(rounds * 10):
        for further, column in (("", plain), (f", 'batch_id', '{batch}'", members)):
            column.append(float(ground.sql(MANY.format(further=further) + "; SELECT extract(epoch FROM clock_timestamp() - now())").split()[-1]))
    for _ in range(100 - rounds * 10):
        ground.sql(MANY.format(further=f", 'batch_id', '{batch}'"))
    ground.sql("VACUUM ANALYZE ix_members")
    tell(f"dependencies: plain {plain}, members {members}")
    yield Figure("members of a batch, 1,000 a call", f"{1000 / median(members):.0f}/s", f"plain {1000 / median(plain):.0f}/s",
                 median(a / b for a, b in zip(plain, members)), 0.6)
    looks = []
    for _ in range(3):
        began = time.monotonic()
        count = ground.sql(f"SELECT members FROM ix_batch_state('{batch}')")
        looks.append(time.monotonic() - began)
    yield Figure(f"a look at a batch of {int(count):,} members", f"{1000 * median(looks):.0f} ms")
    ground.clear()
    ground.sql("TRUNCATE ix_batches, ix_members, ix_dependencies, ix_ended")


def measure(ground, rounds):
    yield from ends(ground, rounds)
    if shutil.which("valgrind") is None:
        yield Figure("costs of dependencies", "not counted", "needs valgrind")
    else:
        yield from counted(ground)
    yield from rates(ground, rounds)
    yield from bulk(ground, rounds)
