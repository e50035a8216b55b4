-- remove_progress: a run that told of its progress ends; what it said last stays with the attempt.
-- ?1 job_id, ?2 claim_id
DELETE FROM ix_progress WHERE job_id = ?1 AND claim_id = ?2;
