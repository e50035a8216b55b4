-- read_end: why a fenced write changed nothing. The same finished_claim means that our own commit had gone through.
-- ?1 job_id
SELECT status, finished_claim, callback_url, CASE WHEN callback_url IS NOT NULL THEN response END AS response
  FROM ix_jobs WHERE job_id = ?1;
