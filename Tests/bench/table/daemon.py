"""A daemon under measurement."""
import os
import signal
import socket
import subprocess
import time

TICKS = os.sysconf("SC_CLK_TCK")


def cpu_of(pid, reaped=False):
    """Seconds of CPU of a process; `reaped`: with what its ended children used."""
    with open(f"/proc/{pid}/stat") as line:
        fields = line.read().rsplit(")", 1)[1].split()
    return sum(map(int, fields[11:15 if reaped else 13])) / TICKS


class Daemon:
    """A daemon that has said READY; `start_seconds` is how long it took from exec."""

    def __init__(self, program, environment, work, *settings, config=None, command=None, listener=None):
        """`settings`: as for --set. `listener`: a socket that the daemon inherits, as from the service manager."""
        path = os.path.join(work, "notify")
        if os.path.exists(path):
            os.remove(path)
        words = ([command] if command else []) + (["--config", config] if config else [])
        for setting in ("log.level=notice",) + settings:
            words += ["--set", setting]
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notices:
            notices.bind(path)
            notices.settimeout(60)
            begun = time.monotonic()
            self.log = open(os.path.join(work, "daemon.log"), "a")
            start = [program] + words
            if listener:
                # The number of the process is known in the process alone.
                start = ["bash", "-c", 'exec 3<&"$1"; shift; LISTEN_PID=$$ LISTEN_FDS=1 exec "$@"', "sh",
                         str(listener.fileno())] + start
            self.process = subprocess.Popen(start, env={**environment, "NOTIFY_SOCKET": path}, stderr=self.log,
                                            pass_fds=[listener.fileno()] if listener else ())
            try:
                while b"READY=1" not in notices.recv(4096):
                    pass
            except OSError:
                self.stop()
                raise SystemExit("bench: the daemon did not become ready; its log: " + self.log.name)
            self.start_seconds = time.monotonic() - begun

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(timeout=60)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.log.close()

    @property
    def cpu_seconds(self):
        return cpu_of(self.process.pid)

    @property
    def exact_cpu_seconds(self):
        """Of the threads there are; the other counts in hundredths of a second."""
        total = 0
        for thread in os.listdir(f"/proc/{self.process.pid}/task"):
            with open(f"/proc/{self.process.pid}/task/{thread}/schedstat") as line:
                total += int(line.read().split()[0])
        return total / 1e9

    def status(self, field):
        """Of /proc/PID/status: Threads, VmRSS (KiB), …"""
        with open(f"/proc/{self.process.pid}/status") as lines:
            return int(next(line.split()[1] for line in lines if line.startswith(field + ":")))
