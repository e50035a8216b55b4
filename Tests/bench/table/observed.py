"""What it costs to be seen: the drain with metrics, history and traces each on and off, a scrape, and an idle daemon."""
import http.server
import os
import re
import socket
import threading
import time
import urllib.request
from statistics import median

from .daemon import Daemon
from .drain import ONE_ROW, THROUGHPUT
from .figure import Figure, tell
from .idle import COUNT

JOBS = int(os.environ.get("JOBS") or 60000)
OFF = {"metrics.enabled": "false", "history.enabled": "false"}
# `history` counts as metrics do, and writes; without `metrics` there is no page to scrape.
PARTS = {
    "off": {}, "metrics": {"metrics.enabled": "true"}, "history": {"history.enabled": "true"}, "traces": {},
    "all": {"metrics.enabled": "true", "history.enabled": "true"},
}
GOAL = 0.98
SCRAPES, USE_CASES, SECONDS = 50, 200, 20


class Collector(http.server.BaseHTTPRequestHandler):
    """Takes every batch of spans, and looks at none."""
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_):
        pass


def settings(part, collector):
    given = {**OFF, **PARTS[part]}
    if part in ("traces", "all"):
        given["traces.endpoint"] = collector
    return [f"{name}={value}" for name, value in given.items()]


def drain(ground, jobs, mode, part, collector):
    ground.clear()
    ground.fill(jobs)
    with ground.daemon(*mode, *settings(part, collector)):
        ground.wait_until_drained()
    return ground.rate()


def measure(ground, rounds):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Collector)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    collector = f"http://127.0.0.1:{server.server_port}"
    for name, mode, jobs in (("one row", ONE_ROW, JOBS), ("throughput", THROUGHPUT, JOBS * 3)):
        rates = {part: [] for part in PARTS}
        for number in range(rounds):
            # Each round begins with another part, because a database that has just begun is slower.
            parts = list(PARTS)
            for part in parts[number % len(parts):] + parts[:number % len(parts)]:
                rates[part].append(drain(ground, jobs, mode, part, collector))
            tell(f"observed, {name}: " + ", ".join(f"{part} {rates[part][-1]:.0f}/s" for part in PARTS))
        for part in list(PARTS)[1:]:
            ratio = median(on / off for on, off in zip(rates[part], rates["off"]))
            yield Figure(f"drain, {name}, with {part}", f"{median(rates[part]):.0f}/s", f"off {median(rates['off']):.0f}/s",
                         ratio, GOAL if part == "all" else None)
    server.shutdown()
    yield from scrape(ground)
    yield from idle(ground)


def scrape(ground):
    """A page with as many series as producers can bring about."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = "127.0.0.1:%d" % free.getsockname()[1]
    config = os.path.join(ground.work, "scraped.toml")
    with open(config, "w") as file:
        file.write(f'[http]\nlisten = ["{address}"]\nauth = "off"\n[pipelines.default]\nkind = "echo"\n')
    ground.clear()
    ground.sql(f"""SELECT count(*) FROM generate_series(1, {USE_CASES}) n, LATERAL ix_enqueue(jsonb_build_object(
        'use_case', repeat('u', 100) || n, 'ix_client_id', 'c', 'request_id', n::text))""")
    with Daemon(ground.program("ix-worker"), ground.environment, ground.work, config=config):
        ground.wait_until_drained()
        times = []
        for _ in range(SCRAPES):
            begun = time.monotonic()
            text = urllib.request.urlopen(f"http://{address}/metrics", timeout=10).read()
            times.append((time.monotonic() - begun) * 1000)
            time.sleep(0.05)
    series = len(re.findall(rb"^[^#\n]", text, re.M))
    yield Figure("a scrape", f"{median(times):.1f} ms", f"slowest {max(times):.1f} ms", median(times), 20, below=True, unit=" ms")
    yield Figure("  its size", f"{len(text) / 1024:.0f} KiB", f"{USE_CASES} use cases", len(text) / 1024, 1024, below=True,
                 unit=" KiB")
    yield Figure("  its series", f"{series}", "", series, 6000, below=True)


def idle(ground):
    """An idle daemon, with what is on as it is shipped, and with nothing on."""
    figures = {}
    for part in ("all", "off"):
        ground.clear()
        with ground.daemon(*settings(part, "http://127.0.0.1:9")) as daemon:
            time.sleep(12)  # a backend without work tells its statistics after ten
            cpu, queries, begun = daemon.exact_cpu_seconds, int(ground.sql(COUNT)), time.monotonic()
            time.sleep(SECONDS)
            elapsed = time.monotonic() - begun
            figures[part] = ((daemon.exact_cpu_seconds - cpu) / elapsed * 100,
                             (int(ground.sql(COUNT)) - queries - 1) / elapsed)
    (cpu, queries), (cpu_off, queries_off) = figures["all"], figures["off"]
    yield Figure("idle with all: CPU", f"{cpu:.2f} %", f"off {cpu_off:.2f} %", cpu, 0.1, below=True, unit=" %")
    yield Figure("idle with all: transactions", f"{queries:.2f}/s", f"off {queries_off:.2f}/s", queries, 1, below=True, unit="/s")
