"""Real daemons on a private PostgreSQL, and a real Prometheus that scrapes them with the shipped rules."""
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
RULES = ROOT / "Config" / "observability" / "ix-worker.rules.yml"
# An hour of the shipped rules is a minute here.
SCALE = 60


def free_port():
    """A port that no other program has, such as a Prometheus of the machine's own on 9090."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def scaled(rules):
    """The rules with every duration divided by SCALE: windows, waits, and limits in seconds."""
    units = {"s": 1, "m": 60, "h": 3600}

    def shorter(match):
        return f"{match[1]}{int(match[2]) * units[match[3]] * 1000 // SCALE}ms"

    rules = re.sub(r"(\[|for: )(\d+)([smh])\b", shorter, rules)
    return re.sub(r"(_seconds\) > )(\d+)", lambda match: f"{match[1]}{int(match[2]) / SCALE:g}", rules)


def until(condition, seconds, what):
    """Waits until `condition` returns something true, and returns it."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = condition()
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError(f"{what} did not happen within {seconds} s")


class Ground:
    """The folder, the database and the processes of a run. `close` ends each of them by its id."""

    def __init__(self, programs):
        self.programs = pathlib.Path(programs).resolve()
        self.folder = tempfile.TemporaryDirectory(prefix="ix-worker-alerts.", ignore_cleanup_errors=True)
        self.path = pathlib.Path(self.folder.name)
        self.path.chmod(0o755)
        self.cluster = self.path / "postgres"
        self.environment = {name: value for name, value in os.environ.items()
                            if not name.startswith(("IX_", "PG", "OTEL_"))}
        self.processes = []

    def start_store(self):
        address = subprocess.run([str(ROOT / "Tests" / "cluster.sh"), "start", str(self.cluster)], check=True,
                                 capture_output=True, text=True).stdout.strip()
        self.environment["IX_POSTGRES_URL"] = self.address = address

    def stop_store(self):
        subprocess.run([str(ROOT / "Tests" / "cluster.sh"), "kill", str(self.cluster)], check=False, capture_output=True)

    def run(self, program, *arguments):
        done = subprocess.run([str(self.programs / program), *arguments], env=self.environment, capture_output=True,
                              text=True, timeout=60)
        if done.returncode:
            raise AssertionError(f"{program} {arguments}: {done.returncode}\n{done.stderr}")
        return done.stdout

    def sql(self, text):
        done = subprocess.run(["psql", "-XqAt", "-v", "ON_ERROR_STOP=1", "-c", text, self.address], capture_output=True,
                              text=True, timeout=60)
        if done.returncode:
            raise AssertionError(f"{text}\n{done.stderr}")
        return done.stdout.strip()

    def spawn(self, name, *command, **options):
        log = open(self.path / f"{name}.log", "ab")
        process = subprocess.Popen([str(part) for part in command], env=self.environment, stdout=log, stderr=log,
                                   **options)
        self.processes.append(process)
        return process

    def log(self, name):
        return (self.path / f"{name}.log").read_text(errors="replace")[-3000:]

    def close(self):
        for process in self.processes:
            if process.poll() is None:
                process.send_signal(signal.SIGKILL)
                process.wait(30)
        self.stop_store()
        self.folder.cleanup()


class Daemon:
    """A daemon, or `serve`, with a configuration and an address of its own."""

    def __init__(self, ground, name, configuration, *command):
        self.ground, self.name, self.command = ground, name, command
        self.port = free_port()
        self.address = f"127.0.0.1:{self.port}"
        (ground.path / name).mkdir()
        self.file = ground.path / name / "ix-worker.toml"
        self.file.write_text(configuration.format(name=name, address=self.address, state=ground.path / name))
        self.start()

    def start(self):
        self.process = self.ground.spawn(
            self.name, self.ground.programs / "ix-worker", *self.command, "--config", self.file)

    def is_ready(self):
        if self.process.poll() is not None:
            raise AssertionError(f"{self.name} ended\n{self.ground.log(self.name)}")
        return self.call("/readyz") == 200

    def call(self, path, token=None):
        """Returns the status of a GET; 0 without an answer."""
        request = urllib.request.Request(
            f"http://{self.address}{path}", headers={"Authorization": f"Bearer {token}"} if token else {})
        try:
            return urllib.request.urlopen(request, timeout=5).status
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0

    def end(self, how):
        self.process.send_signal(how)
        self.process.wait(60)


class Prometheus:
    """A Prometheus of this run alone. A thread notes when each alert began to fire."""

    CONFIGURATION = """
global: {{scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 500ms}}
rule_files: [{rules}]
scrape_configs:
  - job_name: ix-worker
    authorization: {{credentials_file: {token}}}
    static_configs: [{{targets: {targets}}}]
"""

    def __init__(self, ground, daemons, token):
        path = ground.path
        (path / "rules.yml").write_text(scaled(RULES.read_text()))
        (path / "token").write_text(token)
        (path / "prometheus.yml").write_text(self.CONFIGURATION.format(
            rules=path / "rules.yml", token=path / "token", targets=json.dumps([one.address for one in daemons])))
        self.address = f"127.0.0.1:{free_port()}"
        self.process = ground.spawn(
            "prometheus", "prometheus", f"--config.file={path}/prometheus.yml", f"--storage.tsdb.path={path}/series",
            f"--web.listen-address={self.address}", "--log.level=warn")
        self.begin, self.firing, self.is_over = time.monotonic(), {}, threading.Event()
        threading.Thread(target=self.watch, daemon=True).start()

    def ask(self, path):
        return json.loads(urllib.request.urlopen(f"http://{self.address}/api/v1/{path}", timeout=5).read())["data"]

    def value(self, expression):
        """Returns the values of an expression now."""
        found = self.ask("query?query=" + urllib.parse.quote(expression))["result"]
        return [float(one["value"][1]) for one in found]

    def watch(self):
        while not self.is_over.wait(0.3):
            try:
                for alert in self.ask("alerts")["alerts"]:
                    if alert["state"] == "firing":
                        self.firing.setdefault(alert["labels"]["alertname"], time.monotonic() - self.begin)
            except OSError:
                pass  # It has not started yet, or is over.

    def is_up(self, count):
        try:
            return self.value('sum(up{job="ix-worker"})') == [count]
        except OSError:
            return False

    def awaited(self, *alerts, seconds):
        """Waits until each of the alerts has fired."""
        try:
            until(lambda: all(alert in self.firing for alert in alerts), seconds, "an alert")
        except AssertionError:
            missing = [alert for alert in alerts if alert not in self.firing]
            raise AssertionError(f"{', '.join(missing)} did not fire within {seconds} s") from None
