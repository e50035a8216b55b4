-- read_end: why a fenced write changed nothing. The same finished_claim means that our own commit had gone through.
-- ?1 job_id
SELECT status, finished_claim, callback_url IS NOT NULL AS owes_callback
  FROM ix_jobs WHERE job_id = ?1;
