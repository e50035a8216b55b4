-- claim_among_use_cases: claims like claim_next_pending, but of certain use cases only. Jobs whose pipeline is full
-- or broken keep waiting.
-- The waiting jobs are not read, however many wait. The walk takes one step in ix_jobs_due_by_use_case for each use
-- case with pending jobs, and reads only the oldest row of each use case.
-- ?1 claim_id, ?2 daemon_id, ?3 now, ?4 use cases as a JSON array, ?5 1 for only these (0: for all use cases but
-- these)
UPDATE ix_jobs SET status = 'running', claim_id = ?1, daemon_id = ?2, started_at = ?3
 WHERE job_id = (
           WITH RECURSIVE waiting (use_case) AS (
               SELECT min(use_case) FROM ix_jobs WHERE status = 'pending'
                UNION ALL
               SELECT (SELECT min(use_case) FROM ix_jobs WHERE status = 'pending' AND use_case > w.use_case)
                 FROM waiting w WHERE w.use_case IS NOT NULL),
           oldest (job_id) AS (
               SELECT (SELECT job_id FROM ix_jobs
                        WHERE status = 'pending' AND queue IS NULL AND waits IS NULL AND use_case = w.use_case AND coalesce(run_at, created_at) <= ?3
                        ORDER BY coalesce(run_at, created_at), job_id LIMIT 1)
                 FROM waiting w
                WHERE w.use_case IS NOT NULL AND (w.use_case IN (SELECT value FROM json_each(?4))) = ?5
                UNION ALL
               -- A row without a use case in column and document may be claimed by every daemon, so that the job ends
               -- with an error.
               SELECT (SELECT job_id FROM ix_jobs
                        WHERE status = 'pending' AND queue IS NULL AND waits IS NULL AND use_case IS NULL AND coalesce(run_at, created_at) <= ?3
                          AND coalesce((request ->> 'use_case' IN (SELECT value FROM json_each(?4))) = ?5, 1)
                        ORDER BY coalesce(run_at, created_at), job_id LIMIT 1))
           SELECT j.job_id FROM oldest o JOIN ix_jobs j USING (job_id)
            ORDER BY coalesce(j.run_at, j.created_at), j.job_id LIMIT 1)
   AND EXISTS (SELECT 1 FROM ix_daemons WHERE daemon_id = ?2 AND lease_until IS NULL)
RETURNING job_id, ix_id, client_id, request_id, use_case, attempts, max_attempts, request,
          coalesce(expires_at <= ?3, false) AS expired, coalesce(cancel_requested_at > '', false) AS cancelled,
          coalesce(callback_url > '', false) AS has_followers,
          coalesce(run_at, created_at) AS due, trace_context;
