-- register_daemon: registers this daemon under an identity that is new at every start.
-- $1 daemon_id, $2 instance, $3 host, $4 pid, $5 version, $6 lease in seconds, $7 use cases served in order, null for
-- every use case, $8 the daemon's own number: the newest schema version that it knows, $9 queues served, null for every
-- queue, $10 workers
INSERT INTO ix_daemons (daemon_id, instance, host, pid, version, lease_until, serves, schema_version, queues, workers)
VALUES ($1::uuid, $2::text, $3::text, $4::integer, $5::text, now() + make_interval(secs => $6::double precision),
        $7::text[], $8::integer, $9::text[], $10::integer)
ON CONFLICT (daemon_id) DO UPDATE SET lease_until = excluded.lease_until, renewed_at = now(), serves = excluded.serves,
    workers = excluded.workers;
