-- claim_among_use_cases: claims like claim_next_pending, but of certain use cases only. A daemon leaves jobs waiting
-- whose pipeline is full or broken, or for which the daemon has no pipeline.
-- The waiting jobs are not read, however many wait: ix_jobs_due_by_use_case gives only the oldest row of each use
-- case. A list ($5 true) names the use cases; otherwise the walk takes one step in the index for each use case with
-- pending jobs.
-- COLLATE "C" and an order which begins with the use case lead the planner to ix_jobs_due_by_use_case alone.
-- $1 claim_id, $2 daemon_id, $3 true to return the document, $4 use cases, $5 true for only these (false: for all use
-- cases but these)
UPDATE ix_jobs
   SET status = 'running', claim_id = $1::uuid, daemon_id = $2::uuid, started_at = now(),
       attempts = coalesce(attempts, 0)
 WHERE job_id = (
           WITH RECURSIVE waiting AS (
               (SELECT use_case FROM ix_jobs
                 WHERE status = 'pending' COLLATE "C" AND use_case IS NOT NULL AND NOT $5::boolean
                 ORDER BY use_case LIMIT 1)
                UNION ALL
               SELECT (SELECT use_case FROM ix_jobs WHERE status = 'pending' COLLATE "C" AND use_case > w.use_case
                        ORDER BY use_case LIMIT 1)
                 FROM waiting w WHERE w.use_case IS NOT NULL),
           oldest AS (
               SELECT head.due, head.job_id
                 FROM (SELECT use_case FROM waiting WHERE use_case <> ALL ($4::text[])
                        UNION ALL
                       SELECT listed FROM unnest($4::text[]) AS listed WHERE $5::boolean) AS w, LATERAL (
                          SELECT coalesce(run_at, created_at) AS due, job_id FROM ix_jobs
                           WHERE status = 'pending' COLLATE "C" AND use_case = w.use_case
                             AND coalesce(run_at, created_at) <= now()
                           ORDER BY coalesce(run_at, created_at), job_id
                             FOR UPDATE SKIP LOCKED LIMIT 1) AS head
                UNION ALL
               -- An old program's rows lack use_case in the column. A row without a use case in the document either
               -- may be claimed by every daemon, so that the job ends with an error.
               SELECT nameless.due, nameless.job_id
                 FROM (SELECT coalesce(run_at, created_at) AS due, job_id FROM ix_jobs
                        WHERE status = 'pending' COLLATE "C" AND use_case IS NULL AND coalesce(run_at, created_at) <= now()
                          AND coalesce(((request ->> 'use_case') = ANY ($4::text[])) = $5::boolean, true)
                        ORDER BY use_case, coalesce(run_at, created_at), job_id
                          FOR UPDATE SKIP LOCKED LIMIT 1) AS nameless)
           SELECT job_id FROM oldest ORDER BY due, job_id LIMIT 1)
   AND EXISTS (SELECT 1 FROM ix_daemons WHERE daemon_id = $2::uuid AND lease_until > now())
RETURNING job_id, ix_id, client_id, request_id, use_case, attempts, max_attempts,
          CASE WHEN $3::boolean THEN request END, expires_at <= now(), cancel_requested_at, callback_url,
          now(), coalesce(run_at, created_at), trace_context;
