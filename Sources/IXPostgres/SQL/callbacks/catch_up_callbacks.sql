-- catch_up_callbacks: after the clock stepped back, callbacks of ends before look as if they were of the future; they are due.
-- Index: all of ix_callbacks_due is read, since this is rare; up to a thousand. Rows that others have locked are passed over.
UPDATE ix_callbacks SET due_at = now(), since = now()
 WHERE job_id IN (SELECT job_id FROM ix_callbacks
                   WHERE state = 'due' AND claim_id IS NULL AND since > now() + interval '1 second'
                   LIMIT 1000 FOR UPDATE SKIP LOCKED)
RETURNING job_id;
