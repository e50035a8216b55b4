"""The faults. Each begins with a whole cluster, and returns when it is over; the storm waits until the cluster is whole again."""
import signal
import time

# A fault that has no end of its own lasts so long after its effect, or in all.
AFTER, AWAY = 3, 30


def switchover(cluster):
    """An operator moves the primary."""
    leader = cluster.leader
    said = cluster.patronictl("switchover", "ix", "--leader", leader.name, "--force")
    if "Successfully switched over" not in said:
        raise RuntimeError("patronictl: " + said)


def killed(cluster):
    """kill -9 of PostgreSQL on the primary."""
    cluster.leader.kill("postgres")


def frozen(cluster):
    """The primary's host stops, as a virtual machine does, and goes on later as if nothing had been."""
    leader = cluster.leader
    leader.signal(signal.SIGSTOP)
    cluster.wait_for_another_leader(leader)
    time.sleep(AFTER)
    leader.signal(signal.SIGCONT)


def cut_off(cluster):
    """The primary's network is gone in both directions."""
    leader = cluster.leader
    leader.cut()
    cluster.wait_for_another_leader(leader)
    time.sleep(AFTER)
    leader.mend()


def node_lost(cluster):
    """The primary's host is gone with all it ran, and comes back."""
    leader = cluster.leader
    leader.cut()
    leader.kill()
    cluster.wait_for_another_leader(leader)
    time.sleep(AFTER)
    back(cluster, leader)


def etcd_away(cluster):
    """Two of three members of etcd are gone longer than the leader's key lasts."""
    gone = [node for node in cluster.nodes if node is not cluster.leader]
    for node in gone:
        node.kill("etcd")
    time.sleep(AWAY)
    for node in gone:
        node.start_etcd()


def standby_away(cluster):
    """The synchronous standby's host is gone with all it ran, and comes back."""
    standby = cluster.standby
    standby.cut()
    standby.kill()
    time.sleep(AWAY)
    back(cluster, standby)


def all_killed(cluster):
    """kill -9 of everything on every node, as a power cut of the whole rack."""
    for node in cluster.nodes:
        node.kill()
    time.sleep(AFTER)
    for node in cluster.nodes:
        node.start_etcd()
    for node in cluster.nodes:
        node.start_patroni(cluster.configuration)


def rewound(cluster):
    """The primary is cut off, writes what no standby has, and has to take that back."""
    leader = cluster.leader
    leader.cut()
    cluster.sql("SET synchronous_commit = local; CREATE TABLE IF NOT EXISTS storm_junk (n integer);"
                "INSERT INTO storm_junk SELECT generate_series(1, 1000); CHECKPOINT", node=leader)
    cluster.wait_for_another_leader(leader)
    time.sleep(AFTER)
    leader.mend()
    cluster.wait_until_whole()
    if cluster.sql("SELECT to_regclass('storm_junk') IS NULL", node=leader) != "t":
        raise RuntimeError(f"{leader.name} kept what it wrote alone")


def back(cluster, node):
    node.mend()
    node.start_etcd()
    node.start_patroni(cluster.configuration)


ALL = {
    "switchover": switchover, "primary killed": killed, "primary frozen": frozen, "primary cut off": cut_off,
    "node lost": node_lost, "etcd away": etcd_away, "standby away": standby_away, "all killed": all_killed,
    "rejoin with rewind": rewound,
}
SHORT = ("switchover", "node lost", "rejoin with rewind")
