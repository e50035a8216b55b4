-- catch_up_callbacks: after the clock stepped back, callbacks of ends before look as if they were of the future; they are due.
-- Index: none, it is rare; up to a thousand.
-- ?1 now, ?2 a second from now
UPDATE ix_callbacks SET due_at = ?1, since = ?1
 WHERE job_id IN (SELECT job_id FROM ix_callbacks WHERE state = 'due' AND claim_id IS NULL AND since > ?2 LIMIT 1000)
RETURNING job_id;
