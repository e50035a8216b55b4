-- read_pulses: reads what changes during the lives of the given jobs. Index: the primary keys.
-- ?1 job_ids as a JSON array
SELECT j.job_id, j.status, j.attempts, j.cancel_requested_at IS NOT NULL AS is_cancelling, j.callback_status,
       j.callback_url IS NOT NULL AS has_callback, p.updated_at AS progress_at
  FROM ix_jobs j LEFT JOIN ix_progress p ON p.job_id = j.job_id AND p.claim_id = j.claim_id
 WHERE j.job_id IN (SELECT value FROM json_each(?1));
