-- release_claim: what a claim took whose answer was lost is due again. Index: ix_callbacks_due, as many entries as are due;
-- this is rare.
-- ?1 claim_id, ?2 now
UPDATE ix_callbacks SET due_at = ?2, claim_id = NULL WHERE state = 'due' AND claim_id = ?1;
