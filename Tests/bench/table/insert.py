"""Inserting jobs: one a transaction on ten connections, and a thousand a statement, against bare INSERTs."""
import json
from statistics import median

from .figure import Figure, tell

SECONDS, MANY = 5, 1000
PLAIN = """INSERT INTO plain_jobs (ix_id, client_id, request_id, request)
VALUES ('noop', 'c' || :client_id, gen_random_uuid()::text, '{"seq": 1, "text": "a small request"}');
"""
OURS = """SELECT 1 FROM ix_enqueue('{"seq": 1, "text": "a small request"}', use_case => 'echo',
client_id => 'c' || :client_id, request_id => gen_random_uuid()::text);
"""
PLAIN_MANY = """INSERT INTO plain_jobs (ix_id, client_id, request_id, request)
SELECT 'noop', 'c' || :client_id, gen_random_uuid()::text, '{"seq": 1, "text": "a small request"}'
FROM generate_series(1, %d);
""" % MANY


def ours_many():
    jobs = [{"request": {"use_case": "echo", "ix_client_id": "c", "request_id": f"@{number}", "seq": 1,
                         "text": "a small request"}} for number in range(MANY)]
    return ("SELECT gen_random_uuid() AS run \\gset\n"
            "SELECT count(*) FROM ix_enqueue_batch(replace('%s', '@', :run)::jsonb);\n" % json.dumps(jobs))


def measure(ground, rounds):
    scripts = {}
    for name, text in {"plain": PLAIN, "ours": OURS, "plain_many": PLAIN_MANY, "ours_many": ours_many()}.items():
        scripts[name] = f"{ground.work}/{name}.sql"
        with open(scripts[name], "w") as file:
            file.write(text)
    rates = {name: [] for name in scripts}
    for _ in range(rounds):
        for name, script in scripts.items():
            ground.clear()
            ground.sql("TRUNCATE plain_jobs", "CHECKPOINT")
            several = MANY if name.endswith("many") else 1
            clients = 2 if several > 1 else 10
            rates[name].append(several * ground.pgbench(script, "-c", clients, "-j", 2, "-T", SECONDS))
    tell(f"insert: {rates}")
    ground.clear()
    for title, ours, plain, goal in (("insert one, ix_enqueue", "ours", "plain", 0.65),
                                     ("insert 1,000, ix_enqueue_batch", "ours_many", "plain_many", 0.7)):
        yield Figure(title, f"{median(rates[ours]):.0f}/s", f"INSERT {median(rates[plain]):.0f}/s",
                     median(a / b for a, b in zip(rates[ours], rates[plain])), goal)
