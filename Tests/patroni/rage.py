"""A storm: the cluster, the load, one fault after another, the calm, and the table."""
import os
import re
import subprocess
import time

import faults
from cluster import Cluster, NotInTime
from load import DIRECT, POOLED, PROXIED, Daemon, Lines, Producer, Receiver, dropped, password, serve
from node import CLEAN, ROOT
from report import Window, table

HISTORY = os.path.join(ROOT, "Tests", "IXHistory", "HistoryTable.swift")
KINDS = {"switchover": "failover", "primary killed": "restart", "primary frozen": "failover", "primary cut off": "failover",
         "node lost": "failover", "etcd away": "outage", "standby away": "outage", "all killed": "outage",
         "rejoin with rewind": "failover"}
LEFT = """SELECT (SELECT count(*) FROM ix_jobs WHERE status IN ('pending', 'running'))
    + (SELECT count(*) FROM ix_callbacks WHERE state = 'due')"""


def history_table():
    """The trigger's SQL, and the query of its events, from the one place that has them."""
    with open(HISTORY, encoding="utf-8") as file:
        text = file.read()
    create = re.search(r'static let postgres = """\n(.*?)\n *"""', text, re.S).group(1)
    events = re.search(r'static let postgresEvents =\s*"(.*?)"', text, re.S).group(1)
    return create, events


class Storm:
    def __init__(self, given, folder, work):
        self.given, self.folder, self.work = given, folder, work
        self.program = os.path.join(os.path.abspath(given.programs), "ix-worker")
        self.windows, self.failures, self.password = [], [], password()
        os.environ["PGPASSWORD"] = self.password  # for the producers' libpq
        if given.asynchronous:
            open(folder + "/may-forget", "w").close()

    def run(self):
        self.cluster = Cluster(self.work, self.given.asynchronous)
        self.cluster.start()
        self.prepare()
        self.cluster.start_fronts(self.password)
        receiver, port = Receiver(self.folder), serve()
        self.daemons = [Daemon(self.program, place, self.folder, port, self.password, self.work)
                        for place in ("patroni", "haproxy", "pgbouncer")]
        log = Lines(self.folder + "/enqueues.jsonl")
        self.producers = [Producer(f"p{number}", url, receiver.url, log, self.given.rate)
                          for number, url in enumerate((DIRECT, PROXIED, POOLED), 1)]
        for producer in self.producers:
            producer.start()
        self.cluster.wait(self.works, 60, "the first jobs' ends")
        try:
            self.rage()
        except (NotInTime, RuntimeError, subprocess.SubprocessError) as failure:
            # The table of what was done till then is worth more than the place in the program.
            self.failures.append(f"{self.windows[-1].name}: {failure}")
            self.windows[-1].ended = time.time()
            for node in self.cluster.nodes:
                node.heal(self.cluster.configuration)
        for producer in self.producers:
            producer.ends.set()
            producer.join(30)
        isDrained = self.calm()
        stops = [daemon.stop() for daemon in self.daemons]
        receiver.end()
        self.windows[-1].dropped += sum(dropped(daemon.said()) for daemon in self.daemons)
        self.export()
        self.cluster.end()
        return self.judge(isDrained, stops)

    def prepare(self):
        create, self.events = history_table()
        self.cluster.sql(f"CREATE ROLE ix LOGIN PASSWORD '{self.password}'")
        self.cluster.sql("CREATE DATABASE ix OWNER ix ENCODING 'UTF8' TEMPLATE template0")
        # An address of several hosts meets a standby first, which may lack what was just made.
        self.cluster.wait(lambda: all(self.cluster.sql("SELECT count(*) FROM pg_database WHERE datname = 'ix'", node) == "1"
                                      for node in self.cluster.nodes), 30, "the database on every standby")
        subprocess.run([self.program, "migrate"], check=True, stdout=subprocess.DEVNULL,
                       env={**CLEAN, "IX_POSTGRES_URL": DIRECT, "PGPASSWORD": self.password})
        # The function reads the kernel's clock as the superuser.
        self.cluster.sql(create, database="ix")
        self.cluster.sql("GRANT ALL ON ALL TABLES IN SCHEMA public TO ix; GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO ix",
                         database="ix")

    def works(self):
        return int(self.ask("SELECT count(*) FROM ix_jobs WHERE status = 'done'") or 0) > 20

    def ask(self, text):
        return self.cluster.ask(text, "ix")

    def rage(self):
        log = Lines(self.folder + "/faults.jsonl")
        for _ in range(self.given.rounds):
            for name in self.given.faults:
                time.sleep(3)
                for daemon in self.daemons:
                    daemon.said()
                leader = self.cluster.leader
                window = Window(name, time.time())
                self.windows.append(window)
                log.add(at=window.begun, kind=KINDS[name])
                faults.ALL[name](self.cluster)
                self.cluster.wait_until_whole(120)
                self.cluster.wait(self.flows, 60, "jobs that end again")
                window.ended = time.time()
                window.moved = self.cluster.leader is not leader
                window.dropped = sum(dropped(daemon.said()) for daemon in self.daemons)
                print(f"  {name}: whole again after {window.ended - window.begun:.0f} s", flush=True)

    def flows(self):
        """True when the newest jobs end soon: nothing waits that came more than 3 s ago."""
        return self.ask("SELECT count(*) FROM ix_jobs WHERE status IN ('pending', 'running') "
                        "AND created_at < now() - interval '3 s'") == "0"

    def calm(self):
        try:
            self.cluster.wait(lambda: self.ask(LEFT) == "0", 120, "the last jobs' ends and callbacks")
            return True
        except NotInTime as failure:
            self.failures.append(str(failure))
            return False

    def export(self):
        with open(self.folder + "/events.jsonl", "w", encoding="utf-8") as file:
            file.write(self.cluster.sql(self.events, database="ix") + "\n")
        self.refused = int(self.cluster.sql("SELECT count(*) FROM ix_refused_writes", database="ix"))

    def judge(self, isDrained, stops):
        check = subprocess.run([self.given.checker, "--check", self.folder], stdout=subprocess.PIPE, text=True, env=CLEAN)
        violations = re.findall(r"^! (\w[\w ]*): job (\S+): (.*)$", check.stdout, re.M)
        acknowledged = sorted(at for producer in self.producers for at in producer.acknowledged)
        print(table(self.folder, self.windows, acknowledged, violations))
        print(check.stdout.strip())
        print(f"writes refused by the guards: {self.refused}; daemons ended with {stops}")
        for failure in self.failures:
            print("!", failure)
        isGood = not (violations or check.returncode or self.failures or any(stops) or self.refused) and isDrained
        print("no promise was broken" if isGood else "PROMISES WERE BROKEN")
        return isGood
