-- end_lease: a worker known to be gone (it stopped, or its successor holds its lock); its jobs are orphans at once, other than
-- those of a worker that may only be cut off, and the
-- deliveries it had in hand are due. Index: the primary key, ix_callbacks_due.
-- SKIP LOCKED: a delivery that another transaction has locked is due when its own lease ends.
-- $1 worker_id
WITH freed AS (
    UPDATE ix_callbacks SET due_at = now(), claim_id = NULL
     WHERE job_id IN (SELECT job_id FROM ix_callbacks
                       WHERE state = 'due' AND worker_id = $1::uuid AND claim_id IS NOT NULL FOR UPDATE SKIP LOCKED))
UPDATE ix_workers SET lease_until = '-infinity' WHERE worker_id = $1::uuid AND lease_until > '-infinity'
RETURNING worker_id;
