-- release_claim: makes callbacks due again whose claim's reply was lost. Index: ix_callbacks_due, of which every
-- entry is read, because the statement is rare.
-- SKIP LOCKED: a skipped callback is due when the claim's lease ends.
-- $1 claim_id
UPDATE ix_callbacks SET due_at = now(), claim_id = NULL
 WHERE job_id IN (SELECT job_id FROM ix_callbacks WHERE state = 'due' AND claim_id = $1::uuid FOR UPDATE SKIP LOCKED);
