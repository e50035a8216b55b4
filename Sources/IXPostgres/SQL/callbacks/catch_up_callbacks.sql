-- catch_up_callbacks: makes callbacks due whose jobs ended before the clock stepped back, because their times now lie
-- in the future.
-- Index: all of ix_callbacks_due is read, because the statement is rare. At most 1,000 rows change; rows locked by
-- another transaction are skipped.
UPDATE ix_callbacks SET due_at = now(), since = now()
 WHERE job_id IN (SELECT job_id FROM ix_callbacks
                   WHERE state = 'due' AND claim_id IS NULL AND since > now() + interval '1 second'
                   LIMIT 1000 FOR UPDATE SKIP LOCKED)
RETURNING job_id;
