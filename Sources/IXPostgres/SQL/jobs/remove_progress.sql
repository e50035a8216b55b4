-- remove_progress: deletes the progress row of a run that ends; the last reported log stays with the attempt.
-- $1 job_id, $2 claim_id
DELETE FROM ix_progress WHERE job_id = $1::uuid AND claim_id = $2::uuid;
