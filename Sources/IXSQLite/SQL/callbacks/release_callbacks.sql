-- release_callbacks: makes callbacks due which a daemon now gone had under delivery. Index: ix_callbacks_due.
-- ?1 now, ?2 daemon_id, null for every daemon
UPDATE ix_callbacks SET due_at = ?1, claim_id = NULL
 WHERE state = 'due' AND claim_id IS NOT NULL AND (?2 IS NULL OR daemon_id = ?2);
