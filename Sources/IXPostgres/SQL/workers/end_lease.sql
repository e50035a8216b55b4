-- end_lease: a worker known to be gone (it stopped, or its successor holds its lock); its jobs are orphans at once, other than
-- those of a worker that may only be cut off, and the
-- deliveries it had in hand are due. Index: the primary key, ix_callbacks_due.
-- $1 worker_id
WITH freed AS (
    UPDATE ix_callbacks SET due_at = now(), claim_id = NULL
     WHERE state = 'due' AND worker_id = $1::uuid AND claim_id IS NOT NULL)
UPDATE ix_workers SET lease_until = '-infinity' WHERE worker_id = $1::uuid AND lease_until > '-infinity'
RETURNING worker_id;
