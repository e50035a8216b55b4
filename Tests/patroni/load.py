"""What goes on while the cluster is in trouble: producers, a receiver of callbacks, a service, and daemons in three places."""
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import psycopg

from node import CLEAN, DEPLOY, ROOT

DIRECT = "postgresql://ix@a:5432,b:5432,c:5432/ix?target_session_attrs=read-write&connect_timeout=2"
PROXIED = "postgresql://ix@haproxy:5000/ix?connect_timeout=2"
POOLED = "postgresql://ix@pgbouncer:6432/ix?connect_timeout=2"
KINDS = ("echo", "command", "warm", "service")
PIPELINES = """
[pipelines.command]
kind = "exec"
command = ["sh", "-c", '''
echo "{{\\"at\\":$(date +%s.%N),\\"jobID\\":\\"$IX_JOB_ID\\",\\"attempt\\":$IX_ATTEMPT}}" >>"{starts}"
sleep 0.3; echo "{{}}"''']
[pipelines.warm]
kind = "worker"
command = ["python3", "{root}/Config/pipelines/client/echo.py"]
[pipelines.service]
kind = "http"
url = "http://127.0.0.1:{port}/"
"""


class Service(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        time.sleep(0.2)
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def serve():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Service)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_port


class Receiver:
    def __init__(self, folder):
        path = os.path.join(folder, "port")
        self.process = subprocess.Popen([sys.executable, ROOT + "/Tests/IXStorm/receiver.py", path, folder + "/deliveries.jsonl"],
                                        stdin=subprocess.PIPE, env=CLEAN)
        while not os.path.exists(path):
            time.sleep(0.02)
        with open(path) as file:
            self.url = f"http://127.0.0.1:{file.read().strip()}/"

    def end(self):
        self.process.stdin.close()
        self.process.wait(30)


class Lines:
    def __init__(self, path):
        self.file, self.lock = open(path, "a", encoding="utf-8"), threading.Lock()

    def add(self, **values):
        with self.lock:
            self.file.write(json.dumps(values) + "\n")
            self.file.flush()


class Producer(threading.Thread):
    """Enqueues jobs one after another, and repeats each call until it is acknowledged."""

    def __init__(self, name, url, callback, log, rate):
        super().__init__(daemon=True)
        self.name, self.url, self.callback, self.log, self.pause = name, url, callback, log, 1 / rate
        self.ends, self.connection, self.acknowledged = threading.Event(), None, []

    def run(self):
        number = 0
        while not self.ends.is_set():
            number += 1
            self.log.add(at=time.time(), clientID=self.name, requestID=str(number))
            if job := self.enqueue(str(number), KINDS[number % len(KINDS)]):
                self.acknowledged.append(time.time())
                self.log.add(at=time.time(), clientID=self.name, requestID=str(number), jobID=job)
            self.ends.wait(self.pause)

    def enqueue(self, key, kind):
        for _ in range(600):
            guard = threading.Timer(5, self.hang_up)
            try:
                guard.start()
                if self.connection is None:
                    self.connection = psycopg.connect(self.url, autocommit=True, prepare_threshold=None, application_name=self.name)
                row = self.connection.execute(
                    "SELECT job_id FROM ix_enqueue('{\"context\":{\"n\":1}}'::jsonb, %s, use_case => %s, client_id => %s, "
                    "request_id => %s, max_attempts => 0)", (self.callback, kind, self.name, key)).fetchone()
                return str(row[0])
            except psycopg.Error:
                self.connection = None  # not acknowledged: once more, by a new connection
                if self.ends.wait(0.1):
                    return None
            finally:
                guard.cancel()
        return None

    def hang_up(self):
        """No cancel: that would end a commit's wait for the standby, and another call would find the row as if it were safe."""
        if self.connection is not None and not self.connection.closed:
            with socket.socket(fileno=os.dup(self.connection.fileno())) as end:
                try:
                    end.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass  # ignored: the connection is gone already


class Daemon:
    """A daemon as one of deploy's configurations has it."""

    def __init__(self, program, place, folder, port, password, work, workers=8):
        self.place, self.folder = place, os.path.join(work, "daemon-" + place)
        os.makedirs(self.folder)
        with open(f"{DEPLOY}/{place}/ix-worker.toml") as file:
            text = file.read()
        with open(self.folder + "/ix-worker.toml", "w") as file:
            # [worker] comes last in each of them.
            file.write(text + f"count = {workers}\n" + PIPELINES.format(starts=folder + "/starts.jsonl", root=ROOT, port=port))
        self.log = os.path.join(folder, f"daemon-{place}.log")
        environment = {**CLEAN, "PGPASSWORD": password, "IX_WORKER_STATE_DIRECTORY": self.folder, "IX_WORKER_INSTANCE": place}
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen([program, "--config", self.folder + "/ix-worker.toml"], env=environment,
                                            stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.folder)
        self.read = 0

    def said(self):
        """What the log got since the last call."""
        with open(self.log, "rb") as file:
            file.seek(self.read)
            text = file.read()
        self.read += len(text)
        return text.decode(errors="replace")

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()


def dropped(text):
    """Results that a run could not record, because it no longer held its job."""
    return len(re.findall(r"\) (?:fenced|dropped)", text))


def password():
    return uuid.uuid4().hex
