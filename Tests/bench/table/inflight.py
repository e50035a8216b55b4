"""A thousand jobs in flight on one daemon, whose pipelines wait."""
import time

from .figure import Figure


def measure(ground, rounds):
    ground.clear()
    ground.sql("""SELECT count(*) FROM generate_series(1, 1000) n, LATERAL ix_enqueue('{"options": {"seconds": 20}}',
        use_case => 'sleep', client_id => 'flight', request_id => n::text)""")
    with ground.daemon("worker.count=1000") as daemon:
        ground.wait("(SELECT count(*) FROM ix_jobs WHERE status = 'running') = 1000", 60)
        time.sleep(3)
        connections = ground.sql("SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'ix-worker%'")
        threads, resident = daemon.status("Threads"), daemon.status("VmRSS") / 1024
        ground.wait_until_drained()
        peak = daemon.status("VmHWM") / 1024
    ground.clear()
    yield Figure("1,000 in flight: connections", connections, "", int(connections), 16, below=True)
    yield Figure("1,000 in flight: threads", str(threads), "", threads, 40, below=True)
    yield Figure("1,000 in flight: memory", f"{resident:.1f} MiB", f"peak {peak:.1f} MiB", resident, 64, below=True, unit=" MiB")
