"""Other queues beside ours, by a harness that knows them (side_by_side.py): HARNESS is its folder, PYTHON has their packages,
PEERS names some of them, parted by commas."""
import json
import os
import subprocess
from statistics import median

from .figure import Figure, tell
from .ground import BENCH

OURS, OURS_MANY = "ixworker", "ixworker_batch"
# These keep their jobs in no PostgreSQL.
OTHERS = {"beanstalkd"}


def measure(ground, rounds):
    if not os.environ.get("HARNESS"):
        tell("peers: HARNESS names no folder with other queues; left out")
        return
    found = run(ground, rounds)
    drains = {name: median(rates) for name, peer in found.items() if (rates := drained(peer))}
    waits = {name: waited for name, peer in found.items() if (waited := picked_up(peer))}
    for name in sorted(drains, key=drains.get, reverse=True):
        wait = "%.2f / %.2f ms" % waits[name] if name in waits else ""
        yield Figure("  " + found[name]["label"], f"{drains[name]:.0f}/s", wait)
    others = [name for name in drains if name not in (OURS, OURS_MANY, *OTHERS)]
    if not others:
        return
    fastest = max(others, key=drains.get)
    yield Figure("drain against the fastest peer", f"{drains[OURS_MANY]:.0f}/s",
                 f"{found[fastest]['label']} {drains[fastest]:.0f}/s", drains[OURS_MANY] / drains[fastest], 1.25)
    for place, percentile in enumerate(("p50", "p99")):
        soonest = min((name for name in others if name in waits), key=lambda name: waits[name][place])
        ours, theirs = waits[OURS][place], waits[soonest][place]
        yield Figure(f"pick-up {percentile} against the soonest peer", f"{ours:.2f} ms",
                     f"{found[soonest]['label']} {theirs:.2f} ms", ours / theirs, 1, below=True)


def run(ground, rounds):
    base = ground.work + "/peers"
    environment = {**ground.environment, "IXB_BASE": base, "IXB_RESULTS": base + "/results.json",
                   "IXB_IXWORKER": ground.programs}
    del environment["IX_POSTGRES_URL"]
    words = [os.environ.get("PYTHON") or "python3", BENCH + "/side_by_side.py", os.environ["HARNESS"]]
    # ours first, whichever others are asked for
    some = os.environ.get("PEERS")
    some = ["--peers", ",".join([OURS, OURS_MANY, some])] if some else []
    os.makedirs(base)
    os.chmod(base, 0o777)
    try:
        subprocess.run([*words, "rounds", "--rounds", str(rounds), "--what", "drain,latency", *some], env=environment,
                       stdout=2, check=True)
    finally:
        subprocess.run([*words, "stop"], env=environment, stdout=2)
    with open(base + "/results.json") as file:
        results = json.load(file)
    for error in results["errors"]:
        tell(f"peers: {error['what']}: {error['error']}")
    return results["peers"]


def drained(peer):
    """The rates of the jobs' starts: what a driver does after its last start doesn't count."""
    return [one["drain"]["start_rate"] for one in peer["rounds"] if one.get("drain") and one["drain"]["all_done"]]


def picked_up(peer):
    waits = [(one["latency"]["p50_ms"], one["latency"]["p99_ms"]) for one in peer["rounds"]
             if one.get("latency") and one["latency"]["got"]]
    return tuple(median(column) for column in zip(*waits)) if waits else None
