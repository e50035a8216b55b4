"""Starts a script anew in namespaces of its own: whatever happens to it, nothing of it is left."""
import os
import subprocess
import sys

from node import PATRONI

LIMIT = 2400


def enter(script):
    """Returns inside; outside it waits for the script's end, and exits as the script does."""
    if os.environ.pop("IX_STORM_INSIDE", None):
        return
    if os.geteuid() != 0:
        sys.exit("storm: namespaces need root")
    if not os.access(PATRONI + "/patroni", os.X_OK):
        sys.exit("storm: Patroni is missing; run .ci/setup cluster")
    # The first process of a namespace has to bury the others, which bash does. Each dies with the process that started it.
    bound = ["setpriv", "--pdeathsig", "KILL"]
    words = [*bound, "timeout", "--signal=KILL", str(LIMIT), *bound, "unshare", "--net", "--mount", "--pid", "--fork",
             "--kill-child", "--mount-proc", "bash", "-c", '"$@" & wait $!', "storm", PATRONI + "/python", script, *sys.argv[1:]]
    sys.exit(subprocess.run(words, env={**os.environ, "IX_STORM_INSIDE": "1"}).returncode)
