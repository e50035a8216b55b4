#!/usr/bin/env python3
"""Runs a harness that measures queues side by side, with ix-worker as one more peer.

    side_by_side.py HARNESS [WHAT THE HARNESS'S run.py TAKES…]      HARNESS: the folder with run.py, ixbench/ and peers/

Run it with the Python that has the peers' packages. The limits, ix-worker and two peers, drained in one round:

    side_by_side.py HARNESS rounds --rounds 1 --what drain --peers ixworker,pgmq50,procrastinate
"""
import os
import sys

harness = os.path.abspath(sys.argv.pop(1))
here = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [harness, os.path.join(harness, "peers"), here]
os.environ.setdefault("IXB_IXWORKER", os.path.join(here, "..", "..", ".build", "release"))

import peer_ixworker  # noqa: E402
import run  # noqa: E402

theirs = run.load_peers


def with_ours(names):
    ours = [peer for peer in peer_ixworker.PEERS if not names or peer.name in names]
    rest = [name for name in names or [] if name not in {peer.name for peer in peer_ixworker.PEERS}]
    return ours + (theirs(rest) if rest or not names else [])


run.load_peers = with_ours
run.main()
