"""Other queues beside ours, by a harness that knows them."""
import os
import subprocess
import sys

from .figure import tell


def measure(ground, rounds):
    if "HARNESS" not in os.environ:
        tell("peers: HARNESS names no folder; left out")
        return
    yield from ()
