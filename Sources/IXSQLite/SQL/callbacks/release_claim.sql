-- release_claim: makes callbacks due again whose claim's reply was lost. Index: ix_callbacks_due, of which every
-- entry is read, because the statement is rare.
-- ?1 claim_id, ?2 now
UPDATE ix_callbacks SET due_at = ?2, claim_id = NULL WHERE state = 'due' AND claim_id = ?1;
