"""A node of the cluster: a network and folders of its own, with etcd, Patroni and PostgreSQL in it."""
import os
import signal
import subprocess
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
DEPLOY = os.path.join(ROOT, "deploy")
PATRONI = os.path.join(ROOT, ".build", "patroni", "bin")
BRIDGE, HERE = "ix0", "10.66.0.254"
CLEAN = {name: value for name, value in os.environ.items() if not name.startswith(("IX_", "PG", "PATRONI", "ETCD"))}
CLEAN["PATH"] = os.pathsep.join([PATRONI, CLEAN.get("PATH", ""), "/usr/sbin", "/sbin"])


def run(*words, **options):
    return subprocess.run(words, check=True, env=CLEAN, **options)


def variables(path, name):
    """The variables of an environment file of `deploy`, which is written for the node `a`."""
    found = {}
    for line in open(path, encoding="utf-8"):
        key, sign, value = line.strip().partition("=")
        if sign and not key.startswith("#"):
            # The list of all members is the same on every node.
            own = key in ("ETCD_NAME", "PATRONI_NAME") or "ADVERTISE" in key or "CONNECT_ADDRESS" in key
            found[key] = value.replace("//a:", f"//{name}:") if own and "//" in value else \
                value.replace("a", name, 1) if own else value
    return found


class Node:
    def __init__(self, name, number, work):
        self.name, self.address, self.work = name, f"10.66.0.{number}", os.path.join(work, name)
        self.port = "to-" + name
        for folder in ("postgresql", "etcd", "run"):
            os.makedirs(os.path.join(self.work, folder))
            run("chown", "postgres:", os.path.join(self.work, folder))
        self.holder = subprocess.Popen(["unshare", "--net", "--mount", "sleep", "infinity"], env=CLEAN)
        while os.readlink(f"/proc/{self.holder.pid}/ns/net") == os.readlink("/proc/self/ns/net"):
            time.sleep(0.01)
        self.namespace = os.readlink(f"/proc/{self.holder.pid}/ns/net")
        run("ip", "link", "add", self.port, "type", "veth", "peer", "name", "eth0", "netns", str(self.holder.pid))
        run("ip", "link", "set", self.port, "master", BRIDGE, "up")
        self.inside("ip", "link", "set", "lo", "up", user=None)
        self.inside("ip", "address", "add", self.address + "/24", "dev", "eth0", user=None)
        self.inside("ip", "link", "set", "eth0", "up", user=None)
        # The very paths of the configurations, different folders on each node.
        for folder, path in (("postgresql", "/var/lib/postgresql"), ("etcd", "/var/lib/etcd"), ("run", "/run/postgresql")):
            self.inside("mount", "--bind", os.path.join(self.work, folder), path, user=None)

    def words(self, user="postgres"):
        enter = ["nsenter", "--net", "--mount", "--target", str(self.holder.pid)]
        return enter + (["setpriv", "--reuid", user, "--regid", user, "--clear-groups"] if user else [])

    def inside(self, *words, user="postgres"):
        """A frozen node answers nothing, so a command in it has a deadline."""
        return run(*self.words(user), *words, capture_output=True, text=True, timeout=20).stdout

    def start(self, program, words, environment):
        with open(os.path.join(self.work, program + ".log"), "ab") as log:
            subprocess.Popen(self.words() + words, env={**CLEAN, "HOME": "/tmp", **environment}, stdin=subprocess.DEVNULL,
                             stdout=log, stderr=log, start_new_session=True)

    def start_etcd(self):
        self.start("etcd", ["etcd", "--logger=zap", "--log-level=warn"], variables(DEPLOY + "/patroni/etcd.env", self.name))

    def start_patroni(self, configuration):
        self.start("patroni", ["patroni", configuration], variables(DEPLOY + "/patroni/node.env", self.name))

    def processes(self, *names):
        """The pids of what runs in the node, without its holder; of the named programs alone when names are given."""
        found = []
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                if int(pid) == self.holder.pid or os.readlink(f"/proc/{pid}/ns/net") != self.namespace:
                    continue
                with open(f"/proc/{pid}/comm") as file:
                    name = file.read().strip()
            except OSError:
                continue  # it ended meanwhile
            if not names or name in names:
                found.append(int(pid))
        return found

    def signal(self, number, *names):
        """Until no process is left that hasn't got it: a server may fork meanwhile."""
        told = set()
        while new := set(self.processes(*names)) - told:
            for pid in new:
                try:
                    os.kill(pid, number)
                except ProcessLookupError:
                    pass  # ignored: it ended by itself
            told |= new
            time.sleep(0.02)

    def kill(self, *names):
        self.signal(signal.SIGKILL, *names)

    def heal(self, configuration):
        """Whatever was done to the node: it runs again, with all that belongs to it."""
        self.mend()
        self.signal(signal.SIGCONT)
        if not self.processes("etcd"):
            self.start_etcd()
        if not self.processes("patroni"):
            self.start_patroni(configuration)

    def cut(self):
        """The cable is pulled at the switch: nothing comes or goes, and no program is told."""
        run("ip", "link", "set", self.port, "nomaster")

    def mend(self):
        run("ip", "link", "set", self.port, "master", BRIDGE)
