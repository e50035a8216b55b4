"""Twenty daemons on one server: what they cost idle and under few jobs, through a pooler, and one after another upgraded."""
import os
import signal
import subprocess
import time
from contextlib import contextmanager
from statistics import median

from .figure import Figure, tell
from .ground import ROOT, ROWS
from .idle import COUNT

DAEMONS = int(os.environ.get("DAEMONS") or 20)
RATE, RATE_SECONDS = 100, 10
JOBS = int(os.environ.get("JOBS") or 40000)
SERVER_CONNECTIONS = 40
# Few connections each, since a server has few hundred for all.
FEW = ("worker.count=5", "postgres.connections=2")
MANY = ("worker.count=50", "postgres.connections=4")
# With four exchanges under way one daemon would wait for the machine's other programs rather than for the server.
ALONE = ("worker.count=50", "postgres.connections=10")


def measure(ground, rounds):
    yield from idle(ground)
    yield from herd(ground, rounds)


@contextmanager
def fleet(ground, count, *settings, program=None, environment={}):
    """Daemons that hold a lease and know of each other."""
    started = []
    try:
        for number in range(count):
            started.append(begin(ground, number, settings, program, environment))
        ground.wait(f"(SELECT count(*) FROM ix_daemons WHERE lease_until > now()) = {count}", 120)
        time.sleep(12)  # a heartbeat's time, after which each knows how many there are
        yield started
    finally:
        end(started)


def begin(ground, number, settings, program=None, environment={}):
    words = [program or ground.program("ix-worker")]
    for setting in (f"worker.instance=d{number}", f"worker.state_directory={ground.work}/d{number}", "log.level=notice", *settings):
        words += ["--set", setting]
    with open(f"{ground.work}/d{number}.log", "a") as log:
        return subprocess.Popen(words, env={**ground.environment, **environment}, stdin=subprocess.DEVNULL, stdout=log, stderr=log)


def end(processes):
    for process in processes:
        process.send_signal(signal.SIGTERM)
    for process in processes:
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def idle(ground):
    ground.clear()
    with fleet(ground, DAEMONS, *FEW):
        first, second = transactions(ground, 48), transactions(ground, 60)
    yield Figure(f"{DAEMONS} idle daemons: transactions, second minute", f"{second:.1f}/s", f"from 12 s after the start {first:.1f}/s",
                 second, 25, below=True, unit="/s")


def transactions(ground, seconds):
    queries, begun = int(ground.sql(COUNT)), time.monotonic()
    time.sleep(seconds)
    return (int(ground.sql(COUNT)) - queries - 1) / (time.monotonic() - begun)


def herd(ground, rounds):
    rows = []
    for _ in range(rounds):
        rows.append((few_jobs(ground, 1), few_jobs(ground, DAEMONS)))
        tell("fleet: one daemon %.2f claims a job, p99 %.1f ms; %d daemons %.2f, p99 %.1f ms" % (*rows[-1][0], DAEMONS, *rows[-1][1]))
    claims = median(many[0] for _, many in rows)
    yield Figure(f"{DAEMONS} daemons, {RATE} jobs/s: claims a job", f"{claims:.2f}", f"one daemon {median(one[0] for one, _ in rows):.2f}",
                 claims, 3, below=True)
    ratio = median(many[1] / one[1] for one, many in rows)
    yield Figure("  pick-up, p99", f"{median(many[1] for _, many in rows):.1f} ms", f"one daemon {median(one[1] for one, _ in rows):.1f} ms",
                 ratio, 1.1, below=True)


def few_jobs(ground, count):
    """Claims a job, and the 99th percentile of the pick-up in milliseconds."""
    ground.clear()
    with fleet(ground, count, *FEW):
        with ground.logged(r"  execute [^:]*: -- claim_") as claims:
            feed(ground, RATE * RATE_SECONDS, "echo", RATE)
            ground.wait_until_drained()
        late = float(ground.sql("""SELECT percentile_cont(0.99) WITHIN GROUP (
            ORDER BY extract(epoch FROM started_at - created_at) * 1000) FROM ix_jobs"""))
    return len(claims) / (RATE * RATE_SECONDS), late


def feed(ground, jobs, kind, rate, fields="{}"):
    """One session, one transaction a job, at the rate."""
    with subprocess.Popen(["psql", ground.url, "-qAtX"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True) as psql:
        start = time.monotonic()
        for number in range(jobs):
            psql.stdin.write(f"SELECT ix_enqueue('{fields}', use_case => '{kind}', client_id => 'c', request_id => '{number}');\n")
            psql.stdin.flush()
            time.sleep(max(0, start + (number + 1) / rate - time.monotonic()))


def pooled(ground, rounds):
    rows = []
    with pooler(ground) as url:
        past = {"IX_POSTGRES_URL": url, "IX_POSTGRES_PREPARED": "false", "IX_POSTGRES_LISTEN_URL": ground.url}
        for _ in range(rounds):
            one = drained(ground, 1, ALONE, {})
            rows.append((one, drained(ground, 1, ALONE, past), drained(ground, DAEMONS, MANY, past)))
            tell("fleet: drain by one daemon %.0f/s, by one through the pooler %.0f/s, by all %.0f/s" % rows[-1])
    direct, one, many = (median(column) for column in zip(*rows))
    yield Figure(f"{DAEMONS} daemons × 50 workers, {SERVER_CONNECTIONS} connections", f"{many:.0f}/s", f"one through the pooler {one:.0f}/s",
                 median(row[2] / row[1] for row in rows), 0.9)
    yield Figure("  against one daemon without a pooler", f"{many:.0f}/s", f"{direct:.0f}/s", median(row[2] / row[0] for row in rows))


def drained(ground, count, settings, environment):
    """Jobs a second, of jobs that come all at once while the daemons wait."""
    ground.clear()
    with fleet(ground, count, *settings, environment=environment):
        # One job by the door tells the daemons of the others.
        ground.sql(ROWS.format(columns="", values="", count=JOBS, client="bench"),
                   "SELECT ix_enqueue('{}', use_case => 'echo', client_id => 'last', request_id => '1')")
        ground.wait_until_drained()
    return ground.rate()


@contextmanager
def pooler(ground):
    folder = ground.work + "/pooler"
    process = subprocess.Popen([ROOT + "/Tests/pgbouncer.sh", "hold", folder, ground.cluster, "5432", f"default_pool_size={SERVER_CONNECTIONS}",
                                "max_client_conn=2000"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        process.stdout.readline()
        yield f"postgresql:///postgres?host={folder}&port=6432&user=ix"
    finally:
        process.stdin.close()
        process.wait()


def rolling(ground, rounds):
    """Each daemon in turn drains and is started by the other program, while jobs come."""
    ground.clear()
    former = os.environ.get("FORMER") or ground.programs
    settings, jobs = (*FEW, "worker.grace_seconds=30"), 2400
    with fleet(ground, DAEMONS, *settings, program=os.path.join(former, "ix-worker")) as running:
        feeding = subprocess.Popen(["psql", ground.url, "-qAtX"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
        begun, number = time.monotonic(), 0
        codes = []
        for index, process in enumerate(list(running)):
            process.send_signal(signal.SIGTERM)
            while process.poll() is None or number < jobs * (index + 1) // DAEMONS:
                if number < jobs:
                    number += 1
                    feeding.stdin.write("SELECT ix_enqueue('{\"options\":{\"seconds\":0.2}}', use_case => 'sleep', client_id => 'c', "
                                        f"request_id => '{number}');\n")
                    feeding.stdin.flush()
                time.sleep(0.015)
            codes.append(process.returncode)
            running[index] = begin(ground, index, settings)
        feeding.stdin.close()
        feeding.wait()
        ground.wait_until_drained()
        elapsed = time.monotonic() - begun
        done, again = ground.sql("""SELECT count(*) FILTER (WHERE status = 'done'), count(*) FILTER (WHERE attempts > 0
            OR (SELECT count(*) FROM ix_attempts a WHERE a.job_id = j.job_id) > 1) FROM ix_jobs j""").split("|")
    lost = number - int(done)
    yield Figure(f"{DAEMONS} daemons upgraded in turn: jobs lost", str(lost), f"{number} jobs in {elapsed:.0f} s, exits {sorted(set(codes))}",
                 lost, 0, below=True)
    yield Figure("  jobs started more than once", again, "", int(again), 0, below=True)
