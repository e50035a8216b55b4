-- release_claim: what a claim took whose reply was lost is due again. Index: ix_callbacks_due, as many entries as are due;
-- this is rare. SKIP LOCKED: the others are due when the claim's lease ends.
-- $1 claim_id
UPDATE ix_callbacks SET due_at = now(), claim_id = NULL
 WHERE job_id IN (SELECT job_id FROM ix_callbacks WHERE state = 'due' AND claim_id = $1::uuid FOR UPDATE SKIP LOCKED);
