"""A real daemon with a store of its own, and a browser that is logged in."""
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import tempfile
import time
import urllib.parse
import urllib.request

from playwright.sync_api import Error

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PROGRAM = pathlib.Path(__file__).resolve().parent / "program.py"
CONFIGURATION = """
[http]
listen = ["127.0.0.1:{port}"]
hosts = ["queue.test"]
[worker]
count = 4
[callback]
secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
retry_seconds = [1]
breaker_failures = 1000
[pipelines.extract]
kind = "exec"
command = ["python3", "{program}"]
timeout_seconds = 300
[pipelines.ocr]
kind = "exec"
command = ["python3", "{program}"]
concurrency = 1
[pipelines.broken]
kind = "exec"
command = ["{folder}/late"]
breaker_failures = 1
breaker_pause_seconds = 0.5
"""


def until(condition, seconds=20, what="the condition"):
    """Waits until `condition` returns something true, and returns it."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = condition()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError(f"{what} didn't come true in {seconds} s")


def holds(page, expression, seconds=15):
    """Waits until an expression holds in the page. Playwright's own wait evaluates texts, which the page's policy forbids."""

    def found():
        try:
            return page.evaluate(expression)
        except Error:  # the page is on its way to another address
            return None

    until(found, seconds, expression)


class House:
    """A daemon, its store, and calls of its API."""

    def __init__(self, programs, store="sqlite", has_standby=False):
        self.programs, self.store = pathlib.Path(programs).resolve(), store
        self.folder = tempfile.TemporaryDirectory(prefix="ix-worker-dashboard.", ignore_cleanup_errors=True)
        self.path = pathlib.Path(self.folder.name)
        self.path.chmod(0o755)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.base = f"http://127.0.0.1:{self.port}"
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith(("IX_", "PG"))}
        self.environment["IX_WORKER_STATE_DIRECTORY"] = str(self.path / "state")
        (self.path / "state").mkdir()
        (self.path / "ix-worker.toml").write_text(
            CONFIGURATION.format(port=self.port, program=PROGRAM, folder=self.path))
        if store == "sqlite":
            self.environment["IX_SQLITE_PATH"] = str(self.path / "state" / "jobs.db")
        else:
            address = subprocess.run(
                [str(ROOT / "Tests" / "cluster.sh"), "start", str(self.path / "postgres")], check=True,
                capture_output=True, text=True)
            self.environment["IX_POSTGRES_URL"] = address.stdout.strip().splitlines()[-1]
            self.run("ix-worker", "migrate")
        if has_standby:
            standby = subprocess.run(
                [str(ROOT / "Tests" / "cluster.sh"), "start", str(self.path / "standby")], check=True,
                capture_output=True, text=True, env={**os.environ, "PRIMARY": str(self.path / "postgres")})
            self.environment["IX_POSTGRES_READ_URL"] = standby.stdout.strip().splitlines()[-1]
        self.daemon = None
        self.start()
        self.operator = self.token("operator")

    def run(self, program, *arguments, **options):
        done = subprocess.run(
            [str(self.programs / program), *arguments], env=self.environment, capture_output=True, text=True,
            timeout=60, **options)
        if done.returncode:
            raise AssertionError(f"{program} {arguments}: {done.returncode}\n{done.stderr}")
        return done.stdout

    def start(self):
        log = open(self.path / "log", "ab")
        self.daemon = subprocess.Popen(
            [str(self.programs / "ix-worker"), "--config", str(self.path / "ix-worker.toml")], env=self.environment,
            stdout=log, stderr=log)
        until(self.is_ready, 60, "the daemon's readiness")

    def is_ready(self):
        if self.daemon.poll() is not None:
            raise AssertionError((self.path / "log").read_text()[-2000:])
        try:
            return urllib.request.urlopen(self.base + "/readyz", timeout=5).status == 200
        except OSError:
            return False

    def end(self, how=signal.SIGKILL):
        if self.daemon and self.daemon.poll() is None:
            self.daemon.send_signal(how)
            self.daemon.wait(60)

    def close(self):
        self.end()
        if self.store != "sqlite":
            for name in ("standby", "postgres"):
                subprocess.run([str(ROOT / "Tests" / "cluster.sh"), "kill", str(self.path / name)], check=False,
                               capture_output=True)
        self.folder.cleanup()

    def on_standby(self, statement):
        subprocess.run(["psql", "-qAt", "-d", self.environment["IX_POSTGRES_READ_URL"], "-c", statement], check=True,
                       capture_output=True)

    def token(self, role, name=None, *arguments):
        text = self.run("ixctl", "token", "create", "--name", name or role, "--role", role, *arguments)
        return re.search(r"ixt_[A-Za-z0-9_-]+", text).group()

    def call(self, path, body=None, method=None, token=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            self.base + path, data=data, method=method or ("GET" if body is None else "POST"),
            headers={"Authorization": "Bearer " + (token or self.operator), "Content-Type": "application/json"})
        text = urllib.request.urlopen(request, timeout=60).read().decode()
        return json.loads(text) if text[:1] in "{[" else text

    def enqueue(self, request_id, context=None, use_case="extract", client="shop", **more):
        """Returns the id of a new job."""
        body = {"use_case": use_case, "ix_client_id": client, "request_id": request_id, "context": context or {}, **more}
        return self.call("/v1/jobs", body)["job_id"]

    def batch(self, request_id, context=None, is_open=False, client="shop"):
        """Returns the id of a new batch, which is its finisher's."""
        finisher = {"use_case": "extract", "ix_client_id": client, "request_id": request_id, "context": context or {}}
        return self.call("/v1/batches", {"finisher": finisher, "open": is_open})["batch_id"]

    def enqueue_all(self, bodies):
        lines = "\n".join(json.dumps(body) for body in bodies) + "\n"
        request = urllib.request.Request(
            self.base + "/v1/jobs/batch", data=lines.encode(), method="POST",
            headers={"Authorization": "Bearer " + self.operator, "Content-Type": "application/x-ndjson"})
        answers = [json.loads(line) for line in urllib.request.urlopen(request, timeout=120).read().splitlines()]
        assert answers[-1]["refused"] == 0, [one for one in answers if "problem" in one][:3]
        return [one["job_id"] for one in answers[:-1]]

    def job(self, job_id):
        return self.call("/v1/jobs/" + job_id)

    def ended(self, job_id, seconds=30):
        return until(lambda: (job := self.job(job_id))["status"] in ("done", "error") and job, seconds, "the job's end")


class Browser:
    """Chromium, and everything that a page did which it must not do."""

    WATCH = """
    window.shifts = []; window.reports = [];
    document.addEventListener('securitypolicyviolation', event => reports.push(event.violatedDirective + ' ' + event.blockedURI));
    new PerformanceObserver(list => { for (const one of list.getEntries()) if (!one.hadRecentInput) shifts.push([one.value,
      one.sources.map(s => (s.node?.outerHTML ?? s.node?.nodeName ?? '?').slice(0, 120))]); }).observe({type: 'layout-shift', buffered: true});
    """

    def __init__(self, playwright, house):
        self.house = house
        self.chromium = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"),
            args=["--no-sandbox", "--host-resolver-rules=MAP queue.test 127.0.0.1"])
        self.requests, self.faults, self.ports = [], [], set()

    def context(self, token=None, width=1280, theme="light", base=None):
        base = base or self.house.base
        self.ports.add(urllib.parse.urlsplit(base).port)
        context = self.chromium.new_context(viewport={"width": width, "height": 860}, color_scheme=theme, base_url=base)
        context.set_default_timeout(15000)
        context.add_init_script(self.WATCH)
        context.on("page", self.watch)
        if token:
            answer = context.request.post(base + "/login", data={"token": token}, headers={"origin": base})
            assert answer.status == 200, answer.text()
        return context

    def page(self, path="", token=None, **options):
        page = self.context(token or self.house.operator, **options).new_page()
        self.go(page, path)
        return page

    def watch(self, page):
        page.on("request", lambda one: self.requests.append((one.method, one.url)))
        page.on("pageerror", lambda error: self.faults.append(f"error {error}"))
        page.on("dialog", lambda dialog: (self.faults.append(f"dialog {dialog.message}"), dialog.dismiss()))
        page.on("console", lambda line: self.faults.append(f"console {line.text}")
                if "Content Security Policy" in line.text or "Trusted" in line.text else None)

    @staticmethod
    def go(page, path):
        """Opens a page of the dashboard and waits until it is shown."""
        page.goto("about:blank")
        page.goto("/#/" + path)
        holds(page, "document.querySelector('main h1') && document.title.includes(' · ')")

    def close(self):
        self.chromium.close()
