#!/usr/bin/env python3
"""Makes the root file system that a Containerfile describes, starts its program there as its user, and asks its health check.

  image.py CONTAINERFILE CONTEXT BASE    CONTEXT: the folder of what is copied; BASE: a minimal Debian's root, which stays as it is

As root, without a container engine: an overlay over BASE, a chroot, and namespaces for mounts, processes and network.
"""
import ctypes
import glob
import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time


def instructions(path):
    """The instructions as pairs of word and rest, with continued lines joined."""
    text = re.sub(r"^#.*\n", "", open(path, encoding="utf-8").read(), flags=re.M)
    for line in re.sub(r"\\\n", " ", text).split("\n"):
        if line.strip():
            word, _, rest = line.strip().partition(" ")
            yield word, rest.strip()


class Image:
    def __init__(self, context, base, work):
        self.context, self.root = context, os.path.join(work, "root")
        self.environment = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}
        self.user, self.health, self.entry, self.stop = "0:0", None, None, "SIGTERM"
        for name in ("root", "upper", "work"):
            os.makedirs(os.path.join(work, name))
        run("mount", "-t", "overlay", "-o", f"lowerdir={base},upperdir={work}/upper,workdir={work}/work", "image", self.root)
        run("mount", "-t", "proc", "proc", f"{self.root}/proc")
        run("mount", "--rbind", "/dev", f"{self.root}/dev")
        shutil.copy("/etc/resolv.conf", f"{self.root}/etc/resolv.conf")
        with open(f"{self.root}/usr/sbin/policy-rc.d", "w") as file:
            file.write("#!/bin/sh\nexit 101\n")
        os.chmod(f"{self.root}/usr/sbin/policy-rc.d", 0o755)

    def apply(self, word, rest):
        if word == "COPY":
            *sources, target = shlex.split(rest)
            found = [path for source in sources for path in glob.glob(os.path.join(self.context, source))]
            if not found:
                sys.exit(f"image: nothing to copy: {rest}")
            for path in found:
                shutil.copy(path, self.root + target)
        elif word == "RUN":
            run("chroot", self.root, "sh", "-c", rest, environment=dict(self.environment, DEBIAN_FRONTEND="noninteractive"))
        elif word == "ENV":
            self.environment.update(pair.split("=", 1) for pair in shlex.split(rest))
        elif word == "USER":
            self.user = rest
        elif word == "HEALTHCHECK":
            self.health = json.loads(rest[rest.index("CMD") + 3:])
        elif word == "ENTRYPOINT":
            self.entry = json.loads(rest)
        elif word == "STOPSIGNAL":
            self.stop = rest
        elif word == "VOLUME":
            run("mount", "-t", "tmpfs", "-o", f"mode=700,uid={self.user.split(':')[0]},gid={self.user.split(':')[1]}", "volume", self.root + rest)
        elif word not in ("FROM", "EXPOSE"):
            sys.exit(f"image: {word} is not known here")

    def command(self, words):
        user, group = self.user.split(":")
        return ["chroot", f"--userspec={user}:{group}", self.root, *words]


def run(*words, environment=None):
    done = subprocess.run(words, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"image: {shlex.join(words)[:200]}: exit {done.returncode}\n{(done.stdout + done.stderr)[-3000:]}")
    return done.stdout


def try_out(image):
    log = tempfile.TemporaryFile("w+")
    daemon = subprocess.Popen(image.command(image.entry), env=image.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        end = time.monotonic() + 60
        while subprocess.run(image.command(image.health), env=image.environment, capture_output=True).returncode:
            if time.monotonic() > end or daemon.poll() is not None:
                log.seek(0)
                sys.exit(f"image: the health check fails\n{log.read()}")
            time.sleep(0.2)
        said = run(*image.command(["ixctl", "enqueue", "echo", "--wait"]), environment=image.environment)
        print("image: healthy;", said.strip().split("\n")[-1])
        daemon.send_signal(getattr(signal, image.stop))
        status = daemon.wait(timeout=60)
        if status:
            sys.exit(f"image: the daemon ended with {status}")
        print("image: drained, exit 0")
    finally:
        daemon.kill()


def main(containerfile, context, base):
    if os.environ.get("IX_IMAGE_INSIDE") is None:
        # What is mounted and started ends with this process.
        os.environ["IX_IMAGE_INSIDE"] = "1"
        os.execvp("unshare", ["unshare", "--mount", "--pid", "--fork", "--kill-child", sys.executable, *sys.argv])
    work = tempfile.mkdtemp(prefix="ix-worker-image.")
    run("mount", "-t", "tmpfs", "image", work)
    image = Image(context, base, work)
    for word, rest in instructions(containerfile):
        image.apply(word, rest)
    if image.user.split(":")[0] in ("0", "root"):
        sys.exit("image: the program runs as root")
    size = int(run("du", "-sxk", f"{work}/upper").split()[0])
    print(f"image: {size / 1024:.0f} MiB over the base")
    # No network but a loopback of its own, so that the port is free.
    if ctypes.CDLL(None, use_errno=True).unshare(0x40000000) != 0:
        sys.exit("image: no network namespace")
    run("ip", "link", "set", "lo", "up")
    try_out(image)


if __name__ == "__main__":
    main(*sys.argv[1:])
