-- end_lease: ends the lease of a daemon known to be gone, because the daemon stopped or its successor holds its lock.
-- The jobs are orphans at once, unlike the jobs of a daemon which may only be cut off. The deliveries under way are
-- due.
-- Index: the primary key, ix_callbacks_due. SKIP LOCKED: a delivery locked by another transaction is due when the
-- delivery's own lease ends.
-- $1 daemon_id
WITH freed AS (
    UPDATE ix_callbacks SET due_at = now(), claim_id = NULL
     WHERE job_id IN (SELECT job_id FROM ix_callbacks
                       WHERE state = 'due' AND daemon_id = $1::uuid AND claim_id IS NOT NULL FOR UPDATE SKIP LOCKED))
UPDATE ix_daemons SET lease_until = '-infinity' WHERE daemon_id = $1::uuid AND lease_until > '-infinity'
RETURNING daemon_id;
