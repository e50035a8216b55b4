#!/usr/bin/env python3
"""Provokes every shipped alert at real daemons, and waits until a real Prometheus says that it fires.

  alerts.py FOLDER-OF-THE-PROGRAMS

Two daemons and a process that only serves HTTP share a private PostgreSQL. All durations of the rules are divided by 60.
The run takes two minutes. Its ports are free ones, so a Prometheus of the machine's own is not in the way.
"""
import http.server
import re
import signal
import sys
import threading
import time

from ground import RULES, Daemon, Ground, Prometheus, free_port, until

SERVED = """
[http]
listen = ["{address}"]
"""
CONFIGURATION = SERVED + """
[worker]
count = 8
instance = "{name}"
state_directory = "{state}"
lease_seconds = 5
heartbeat_seconds = 1.5
sweep_seconds = 1
[traces]
endpoint = "http://127.0.0.1:9"
ratio = "1"
[pipelines.echo]
kind = "echo"
[pipelines.busy]
kind = "sleep"
[pipelines.scans]
kind = "sleep"
concurrency = 1
[pipelines.failing]
kind = "fail"
[pipelines.broken]
kind = "exec"
command = ["/nowhere/program"]
breaker_failures = 1
breaker_pause_seconds = 120
"""
# The second daemon hears no notifications and has no standby, because nothing listens there.
DEAF = CONFIGURATION + """
[postgres]
listen_url = "host=127.0.0.1 port=9 connect_timeout=2"
read_url = "host=127.0.0.1 port=9 connect_timeout=2"
"""


class Gone(http.server.BaseHTTPRequestHandler):
    """A receiver that wants no callback ever again."""

    def do_POST(self):
        self.send_response(410)
        self.end_headers()

    def log_message(self, *_):
        pass


class Provocations:
    def __init__(self, ground):
        self.ground, self.number, self.is_over = ground, 0, threading.Event()
        ground.start_store()
        ground.run("ix-worker", "migrate")
        self.first, self.second = Daemon(ground, "a", CONFIGURATION), Daemon(ground, "b", DEAF)
        self.server = Daemon(ground, "c", SERVED, "serve")
        daemons = [self.first, self.second, self.server]
        for daemon in daemons:
            until(daemon.is_ready, 60, f"the start of {daemon.name}")
        self.reader = self.token("reader")
        self.prometheus = Prometheus(ground, daemons, self.token("metrics"))
        until(lambda: self.prometheus.is_up(len(daemons)), 30, "the first scrape")
        receiver = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Gone)
        threading.Thread(target=receiver.serve_forever, daemon=True).start()
        self.receiver = f"http://127.0.0.1:{receiver.server_port}/"

    def token(self, role):
        text = self.ground.run("ixctl", "token", "create", "--name", role, "--role", role)
        return re.search(r"ixt_[A-Za-z0-9_-]+", text).group()

    def enqueue(self, use_case, count=1, options="{}", callback=None, attempts=3):
        self.number += 1
        callback = f"'{callback}'" if callback else "NULL"
        self.ground.sql(
            f"SELECT count(*) FROM generate_series(1, {count}) AS n, LATERAL ix_enqueue(jsonb_build_object('use_case', "
            f"'{use_case}', 'ix_client_id', 'shop', 'request_id', '{self.number}-' || n, 'options', '{options}'::jsonb), "
            f"{callback}, max_attempts => {attempts})")

    def grow(self):
        """More jobs of `scans` come than end. The daemons count a long queue once a minute, which would be an hour of
        the rules; so the kept levels forget when that was, and each look counts anew, or estimates where a count is slow."""
        while not self.is_over.wait(1):
            try:
                self.enqueue("scans", 40, '{"seconds": 600}')
                self.ground.sql("UPDATE ix_levels SET levels = levels || '{\"counted_at\": null}'; ANALYZE ix_jobs")
            except AssertionError:
                pass  # The store is stopped for a while.

    def fail(self):
        """More than a tenth of a use case's jobs end in error, for longer than a moment."""
        for _ in range(40):
            self.enqueue("failing", 2)
            time.sleep(0.25)

    def stay_calm(self):
        time.sleep(4)
        early = sorted(name for name in self.prometheus.firing if name not in ("IXNoNotifications", "IXStandbyAway"))
        assert not early, f"{', '.join(early)} fired although all was well"

    def hold_a_snapshot(self):
        return self.ground.spawn(
            "session", "psql", "-Xq", "-c", "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT pg_sleep(600)",
            self.ground.address)

    def at_the_schedules(self):
        """A rule without moments, a zone that no host has, and a moment that came two hours ago."""
        request = '{"use_case": "echo"}'
        self.ground.sql(
            f"SELECT ix_schedule('never', '{request}', '0 0 30 2 *'), ix_schedule('mars', '{request}', '@daily'), "
            f"ix_schedule('hourly', '{request}', '@hourly'), ix_schedule('late', '{request}', every_seconds => 600)")
        self.ground.sql("UPDATE ix_schedules SET time_zone = 'Mars/Base', next_at = NULL WHERE name = 'mars'; "
                        "NOTIFY ix_schedules, 'zone'")
        until(lambda: "1" in self.ground.sql("SELECT count(*) FROM ix_schedules WHERE name = 'late' AND next_at IS NOT NULL"),
              20, "the plan of a schedule")
        self.ground.sql("UPDATE ix_schedules SET next_at = next_at - interval '2 hours' WHERE name = 'late'; NOTIFY ix_schedules, 'late'")

    def at_the_queue(self):
        self.at_the_schedules()
        session = self.hold_a_snapshot()
        self.enqueue("echo", callback=f"http://127.0.0.1:{free_port()}/")
        self.enqueue("echo", callback=self.receiver)
        self.enqueue("broken", 4)
        self.enqueue("fax", 3)
        self.enqueue("failing", options='{"outcome": "retry"}', attempts=1)
        self.enqueue("scans", 1200, '{"seconds": 600}')
        threading.Thread(target=self.grow, daemon=True).start()
        self.fail()
        # All slots are taken from here on, and jobs wait.
        self.enqueue("busy", 24, '{"seconds": 600}')
        self.prometheus.awaited("IXErrorRatio", "IXStartsUsedUp", "IXBreakerOpen", "IXQueueLatency", "IXUnserved",
                                "IXScheduleHalted", "IXScheduleHeldUp", "IXScheduleMissed",
                                "IXCallbacksFailed", "IXNoNotifications", "IXStandbyAway", "IXSpansDropped", "IXHorizonHeld", seconds=40)
        session.kill()
        self.prometheus.awaited("IXSlotsFull", "IXQueueGrows", seconds=60)
        self.is_over.set()
        self.prometheus.awaited("IXCallbacksLate", seconds=60)

    def at_the_daemons(self):
        # A daemon dies with jobs in hand, and its next start takes them back.
        self.first.end(signal.SIGKILL)
        self.first.start()
        self.prometheus.awaited("IXCrashes", seconds=20)
        # A daemon is paused for longer than its lease while its jobs end.
        self.ground.sql("SELECT ix_cancel(job_id) FROM ix_jobs WHERE use_case IN ('busy', 'scans')")
        self.enqueue("busy", 60, '{"seconds": 3}')
        paused = self.ground.sql("SELECT daemon_id FROM ix_daemons WHERE instance = 'b' ORDER BY started_at DESC LIMIT 1")
        runs = f"SELECT count(*) FROM ix_jobs WHERE status = 'running' AND daemon_id = '{paused}'"
        until(lambda: int(self.ground.sql(runs)) >= 3, 20, "a claim")
        self.second.process.send_signal(signal.SIGSTOP)
        # At once after the sweep: the alert compares with a scrape before the pause, which is soon a minute's quarter old.
        until(lambda: self.ground.sql(runs) == "0", 30, "the sweep of the paused daemon's jobs")
        self.second.process.send_signal(signal.SIGCONT)
        self.prometheus.awaited("IXFenced", seconds=20)

    def at_the_store(self):
        self.ground.stop_store()
        end = time.monotonic() + 25
        while not {"IXStoreAway", "IXHttpFaults"} <= self.prometheus.firing.keys() and time.monotonic() < end:
            self.first.call("/v1/jobs", self.reader)
            time.sleep(0.2)
        self.prometheus.awaited("IXStoreAway", "IXHttpFaults", seconds=1)
        self.ground.start_store()
        until(self.second.is_ready, 30, "the store's return")

    def at_the_end(self):
        self.first.end(signal.SIGKILL)
        self.second.end(signal.SIGKILL)
        self.ground.sql("DELETE FROM ix_levels")
        self.prometheus.awaited("IXDaemonDown", "IXNoWorkers", seconds=60)


def main():
    begin = time.monotonic()
    shipped = set(re.findall(r"- alert: (\w+)", RULES.read_text()))
    ground = Ground(sys.argv[1])
    try:
        run = Provocations(ground)
        steps = [run.stay_calm, run.at_the_queue, run.at_the_daemons, run.at_the_store, run.at_the_end]
        for step in steps:
            step()
            print(f"alerts: {step.__name__.replace('_', ' ')}: {len(run.prometheus.firing)} of {len(shipped)} fired, "
                  f"{time.monotonic() - begin:.0f} s", flush=True)
        missing = shipped - run.prometheus.firing.keys()
        assert not missing, f"{', '.join(sorted(missing))}: provoked by no step"
    except AssertionError as fault:
        for name in ("a", "b", "c", "prometheus"):
            if (ground.path / f"{name}.log").exists():
                print(f"-- {name}\n{ground.log(name)}", file=sys.stderr)
        sys.exit(f"alerts: {fault}")
    finally:
        ground.close()


if __name__ == "__main__":
    main()
