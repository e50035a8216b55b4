"""The cluster as a whole: three nodes, HAProxy and PgBouncer on this host, and what Patroni says of its members."""
import json
import os
import subprocess
import time
import urllib.request

from node import BRIDGE, CLEAN, DEPLOY, HERE, Node, run, variables

NAMES = "abc"
# loop_wait of patroni.yml
LOOP = 5


class NotInTime(Exception):
    pass


class Cluster:
    def __init__(self, work, asynchronous=False):
        self.work = work
        self.fronts = []
        run("ip", "link", "set", "lo", "up")
        run("ip", "link", "add", BRIDGE, "type", "bridge")
        run("ip", "address", "add", HERE + "/24", "dev", BRIDGE)
        run("ip", "link", "set", BRIDGE, "up")
        hosts = os.path.join(work, "hosts")
        with open(hosts, "w") as file:
            file.write(f"127.0.0.1 localhost\n{HERE} haproxy pgbouncer\n")
            file.writelines(f"10.66.0.{number} {name}\n" for number, name in enumerate(NAMES, 1))
        # Only in the storm's own view of the files.
        run("mount", "--bind", hosts, "/etc/hosts")
        self.nodes = [Node(name, number, work) for number, name in enumerate(NAMES, 1)]
        self.secrets = variables(DEPLOY + "/patroni/node.env", "a")
        self.configuration = os.path.join(DEPLOY, "patroni", "patroni.yml")
        if asynchronous:
            with open(self.configuration) as file:
                text = file.read().replace("synchronous_mode: true", "synchronous_mode: false")
            self.configuration = os.path.join(work, "asynchronous.yml")
            with open(self.configuration, "w") as file:
                file.write(text)
        self.is_synchronous = not asynchronous

    def start(self):
        for node in self.nodes:
            node.start_etcd()
        for node in self.nodes:
            node.start_patroni(self.configuration)
        self.wait_until_whole(120)

    def end(self):
        """All that could still write below the working folder is killed; the namespaces end with the storm."""
        for node in self.nodes:
            node.kill()

    def start_fronts(self, password):
        users = os.path.join(self.work, "userlist.txt")
        with open(users, "w") as file:
            file.write(f'"ix" "{password}"\n')
        os.chmod(users, 0o644)
        run("mount", "-t", "tmpfs", "tmpfs", "/etc/pgbouncer")
        run("cp", DEPLOY + "/pgbouncer/pgbouncer.ini", users, "/etc/pgbouncer")
        self.front("haproxy", ["haproxy", "-db", "-f", DEPLOY + "/haproxy/haproxy.cfg"])
        self.front("pgbouncer", ["setpriv", "--reuid", "postgres", "--regid", "postgres", "--clear-groups", "pgbouncer",
                                 "/etc/pgbouncer/pgbouncer.ini"])

    def front(self, name, words):
        with open(os.path.join(self.work, name + ".log"), "ab") as log:
            self.fronts.append(subprocess.Popen(words, env=CLEAN, stdin=subprocess.DEVNULL, stdout=log, stderr=log))

    # What Patroni says

    def views(self):
        """What each node that answers knows of the members, by name. A node that was cut off still believes what it knew."""
        found = []
        for node in self.nodes:
            try:
                with urllib.request.urlopen(f"http://{node.address}:8008/cluster", timeout=1) as answer:
                    found.append({member["name"]: member for member in json.load(answer)["members"]})
            except OSError:
                continue
        return found

    def members(self):
        """The view with the newest timeline; empty when no node answers."""
        def timeline(view):
            return max((member.get("timeline", 0) for member in view.values() if member["role"] == "leader"), default=0)
        return max(self.views(), key=timeline, default={})

    def role(self, *roles):
        members = self.members()
        return next((node for node in self.nodes if members.get(node.name, {}).get("role") in roles), None)

    @property
    def leader(self):
        return self.role("leader")

    @property
    def standby(self):
        """The synchronous standby, in asynchronous mode any."""
        return self.role("sync_standby", "quorum_standby") if self.is_synchronous else self.role("replica")

    def is_writable(self, node):
        try:
            with urllib.request.urlopen(f"http://{node.address}:8008/primary", timeout=1) as answer:
                return answer.status == 200
        except OSError:
            return False

    def is_whole(self):
        """Every node knows the same leader, and the leader has two standbys that follow, a synchronous one among them."""
        views = self.views()
        leaders = {(name, member.get("timeline")) for view in views for name, member in view.items() if member["role"] == "leader"}
        if len(views) < len(self.nodes) or len(leaders) != 1:
            return False
        # Patroni's view is older than the server's by up to loop_wait.
        answer = self.ask("""SELECT count(*), count(*) FILTER (WHERE sync_state IN ('sync', 'quorum')),
            current_setting('synchronous_standby_names') <> '' FROM pg_stat_replication WHERE state = 'streaming'""", "postgres")
        needed = ("2|1|t", "2|2|t") if self.is_synchronous else ("2|0|f",)
        return answer in needed and self.standby is not None

    def wait(self, condition, seconds, what):
        end = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > end:
                raise NotInTime(f"not within {seconds} s: {what}; members: {self.members()}")
            time.sleep(0.2)

    def wait_until_whole(self, seconds=90):
        """Whole, and still whole after Patroni has looked again."""
        end = time.monotonic() + seconds
        while True:
            self.wait(self.is_whole, end - time.monotonic(), "a leader and two standbys that follow")
            time.sleep(LOOP + 1)
            if self.is_whole():
                return

    def wait_for_another_leader(self, than, seconds=60):
        def found():
            return any(node is not than and self.is_writable(node) for node in self.nodes)
        self.wait(found, seconds, f"another leader than {than.name}")

    def patronictl(self, *words):
        """With node.env in the environment, since changes need the REST API's password."""
        return subprocess.run(["patronictl", "--config-file", self.configuration, *words], env={**CLEAN, **self.secrets},
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=True).stdout

    def sql(self, text, node=None, database="postgres"):
        """As the superuser, on the leader."""
        node = node or self.leader
        return node.inside("psql", "-qAtX", "-v", "ON_ERROR_STOP=1", "-d", database, "-c", text).strip()

    def ask(self, text, database):
        """The answer, or None while no leader answers."""
        leader = self.leader
        try:
            return self.sql(text, leader, database) if leader else None
        except subprocess.SubprocessError:
            return None
