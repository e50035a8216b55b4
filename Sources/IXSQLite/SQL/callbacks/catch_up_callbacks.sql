-- catch_up_callbacks: makes callbacks due whose jobs ended before the clock stepped back, because their times now lie
-- in the future.
-- No index is used, because the statement is rare; at most 1,000 rows change.
-- ?1 now, ?2 a second from now
UPDATE ix_callbacks SET due_at = ?1, since = ?1
 WHERE job_id IN (SELECT job_id FROM ix_callbacks WHERE state = 'due' AND claim_id IS NULL AND since > ?2 LIMIT 1000)
RETURNING job_id;
