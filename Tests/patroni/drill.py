#!/usr/bin/env python3
"""Types the operator's commands of docs/cluster.md on a cluster, up to a restore to a point in time.

    drill.py PROGRAMS [STEP…]

Needs root and `.ci/setup cluster`, as the storm does. Exit code 0 when every command did what the page says.
"""
import os
import shutil
import subprocess
import sys
import tempfile
import time

HERE = os.path.abspath(__file__)
sys.path.insert(0, os.path.dirname(HERE))
sys.dont_write_bytecode = True

import namespace  # noqa: E402

DATA, BIN = "/var/lib/postgresql/15/main", "/usr/lib/postgresql/15/bin"


class Drill:
    def __init__(self, program, work, only=()):
        """`only`: the steps before the restore; all of them when left out."""
        from cluster import Cluster
        self.only = only
        self.program, self.work = program, work
        self.cluster = Cluster(work)
        # A place that survives each node, under the page's name.
        for name in ("archive", "backup"):
            os.makedirs(f"{work}/{name}")
            subprocess.run(["chown", "postgres:", f"{work}/{name}"], check=True)

    def step(self, what, *arguments):
        begun = time.monotonic()
        getattr(self, what)(*arguments)
        print(f"  {what.replace('_', ' ')}: {time.monotonic() - begun:.0f} s", flush=True)

    def run(self):
        self.cluster.start()
        self.cluster.start_fronts("secret")
        self.step("make_the_database")
        for what in self.only or ("restart_in_turn", "pause_and_resume", "make_a_standby_anew", "fail_over_to_a_named_node", "archive_and_back_up"):
            self.step(what)
        self.enqueue("before", 100)
        time.sleep(2)
        moment = self.cluster.sql("SELECT now()")
        time.sleep(2)
        self.enqueue("after", 50)
        self.cluster.sql("SELECT pg_switch_wal()")
        self.step("restore_to_a_point_in_time", moment)
        left = self.cluster.sql("SELECT client_id, count(*) FROM ix_jobs GROUP BY 1", database="ix")
        print(f"  after the restore: {left}", flush=True)
        self.cluster.end()
        return left == "before|100"

    def ctl(self, *words):
        subprocess.run([self.program, *words], check=True, stdout=subprocess.DEVNULL, env={
            **os.environ, "IX_POSTGRES_URL": "postgresql://ix@haproxy:5000/ix", "PGPASSWORD": "secret"})

    def enqueue(self, client, count):
        self.cluster.sql(f"SELECT count(*) FROM generate_series(1, {count}) n, LATERAL ix_enqueue("
                         f"'{{}}', use_case => 'echo', client_id => '{client}', request_id => n::text)", database="ix")

    # What the page says

    def make_the_database(self):
        leader = self.cluster.leader
        # The page's --pwprompt asks a terminal.
        leader.inside("createuser", "ix")
        self.cluster.sql("ALTER ROLE ix PASSWORD 'secret'")
        leader.inside("createdb", "--owner=ix", "--encoding=UTF8", "--template=template0", "ix")
        assert "Leader" in self.cluster.patronictl("list"), "patronictl list names no leader"
        self.ctl("migrate")
        self.ctl("doctor")

    def restart_in_turn(self):
        leader = self.cluster.leader
        standbys = [node for node in self.cluster.nodes if node is not leader]
        for node in standbys:
            self.cluster.patronictl("restart", "ix", node.name, "--force")
            self.cluster.wait_until_whole()
        target = self.cluster.standby
        self.cluster.patronictl("switchover", "ix", "--leader", leader.name, "--candidate", target.name, "--force")
        self.cluster.wait_until_whole()
        self.cluster.patronictl("restart", "ix", leader.name, "--force")
        self.cluster.wait_until_whole()

    def pause_and_resume(self):
        self.cluster.patronictl("pause", "ix", "--wait")
        node = self.cluster.standby
        server = set(node.processes("postgres"))
        node.kill("patroni")
        time.sleep(2)
        assert server & set(node.processes("postgres")), "PostgreSQL ended with Patroni"
        node.start_patroni(self.cluster.configuration)
        self.cluster.patronictl("resume", "ix", "--wait")
        self.cluster.wait_until_whole()

    def make_a_standby_anew(self):
        self.cluster.patronictl("reinit", "ix", self.cluster.standby.name, "--force", "--wait")
        self.cluster.wait_until_whole()

    def fail_over_to_a_named_node(self):
        """The primary and its synchronous standby are lost together, and an operator promotes the third node."""
        leader, standby = self.cluster.leader, self.cluster.standby
        third = next(node for node in self.cluster.nodes if node not in (leader, standby))
        # etcd needs its majority, so only PostgreSQL and Patroni are lost.
        for node in (leader, standby):
            node.kill("patroni", "postgres")
        time.sleep(30)
        assert not self.cluster.is_writable(third), "Patroni promoted a node that may lack commits"
        self.cluster.patronictl("failover", "ix", "--candidate", third.name, "--force")
        self.cluster.wait(lambda: self.cluster.is_writable(third), 60, "the named node as the primary")
        for node in (leader, standby):
            node.start_patroni(self.cluster.configuration)
        self.cluster.wait_until_whole(120)

    def archive_and_back_up(self):
        folder = self.work + "/archive"
        self.cluster.patronictl("edit-config", "ix", "--force", "-p", "archive_mode=on", "-p",
                                f"archive_command=test ! -f {folder}/%f && cp %p {folder}/%f")
        self.cluster.patronictl("restart", "ix", "--force")
        self.cluster.wait_until_whole()
        secrets = self.cluster.secrets
        subprocess.run(["setpriv", "--reuid", "postgres", "--regid", "postgres", "--clear-groups", BIN + "/pg_basebackup", "-h", "haproxy",
                        "-p", "5001", "-U", "replicator", "-D", self.work + "/backup/base", "-X", "stream", "-c", "fast"],
                       check=True, env={**os.environ, "PGPASSWORD": secrets["PATRONI_REPLICATION_PASSWORD"]})

    def restore_to_a_point_in_time(self, moment):
        for node in self.cluster.nodes:
            node.signal(15, "patroni")
        for node in self.cluster.nodes:
            self.cluster.wait(lambda: not node.processes("patroni", "postgres"), 60, f"the end of {node.name}")
            node.inside("mv", DATA, "/var/lib/postgresql/15/before")
        first, others = self.cluster.nodes[0], self.cluster.nodes[1:]
        first.inside("cp", "-a", self.work + "/backup/base", DATA)
        first.inside("touch", DATA + "/recovery.signal")
        first.inside("rm", "-f", DATA + "/standby.signal")
        # A copy of a standby names every target as empty, and PostgreSQL takes no other beside them.
        first.inside("sed", "-i", "/^recovery_target/d", DATA + "/postgresql.conf")
        first.inside("sh", "-c", f"{BIN}/pg_ctl -D {DATA} -w -t 60 start -l {self.work}/archive/log -o \"-c restore_command='cp {self.work}/archive/%f %p' "
                     f"-c recovery_target_time='{moment}' -c recovery_target_action=promote -c archive_mode=off\" </dev/null >/dev/null 2>&1")
        self.cluster.wait(lambda: first.inside("psql", "-qAtXc", "SELECT pg_is_in_recovery()").strip() == "f", 60, "the end of the recovery")
        first.inside(BIN + "/pg_ctl", "-D", DATA, "-w", "-m", "fast", "stop")
        subprocess.run(["patronictl", "--config-file", self.cluster.configuration, "remove", "ix"], check=True, text=True,
                       input="ix\nYes I am aware\n", stdout=subprocess.DEVNULL, env={**os.environ, **self.cluster.secrets,
                       "PATH": os.path.dirname(sys.executable) + ":" + os.environ["PATH"]})
        first.start_patroni(self.cluster.configuration)
        self.cluster.wait(lambda: self.cluster.is_writable(first), 60, "the restored node as the primary")
        for node in others:
            node.start_patroni(self.cluster.configuration)
        self.cluster.wait_until_whole(120)


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    namespace.enter(HERE)
    work = tempfile.mkdtemp(prefix="ix-storm-nodes.")
    os.chmod(work, 0o755)
    isGood = False
    try:
        isGood = Drill(os.path.join(os.path.abspath(sys.argv[1]), "ix-worker"), work, sys.argv[2:]).run()
    finally:
        if isGood:
            shutil.rmtree(work, ignore_errors=True)
        else:
            print(f"drill: what the nodes said is in {work}")
    sys.exit(0 if isGood else 1)


if __name__ == "__main__":
    main()
