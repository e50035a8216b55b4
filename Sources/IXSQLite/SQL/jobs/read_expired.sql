-- read_expired: returns pending jobs whose expires_at has passed. Index: ix_jobs_expiring, an entry per pending job
-- with expires_at.
-- ?1 now, ?2 limit
SELECT job_id, ix_id, client_id, request_id, use_case, attempts, callback_url
  FROM ix_jobs INDEXED BY ix_jobs_expiring
 WHERE status = 'pending' AND expires_at IS NOT NULL AND expires_at <= ?1
 ORDER BY expires_at LIMIT ?2;
