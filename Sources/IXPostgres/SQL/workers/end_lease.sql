-- end_lease: a worker known to be gone (it stopped, or its successor holds its lock); its jobs are orphans at once.
-- $1 worker_id
UPDATE ix_workers SET lease_until = now() WHERE worker_id = $1::uuid AND lease_until > now()
RETURNING worker_id;
