-- read_end: explains why a fenced write changed nothing. An equal finished_claim means that the caller's own commit
-- had succeeded.
-- $1 job_id
SELECT status, claim_id, finished_claim, callback_url IS NOT NULL AS is_callback_due FROM ix_jobs WHERE job_id = $1::uuid;
