-- claim_among_use_cases: claims like claim_next_pending, but of certain use cases only. A daemon leaves jobs waiting
-- whose pipeline is full or broken, or for which the daemon has no pipeline.
-- The waiting jobs are not read, however many wait: ix_jobs_due_by_use_case gives only the oldest row of each use
-- case. A list ($5 true) names the use cases; otherwise the walk takes one step in the index for each use case with
-- pending jobs.
-- The clauses on use_case lead the planner to ix_jobs_due_by_use_case alone.
-- $1 claim_id, $2 daemon_id, $3 true to return the document, $4 use cases, $5 true for only these (false: for all use
-- cases but these)
WITH RECURSIVE waiting AS (
    (SELECT use_case COLLATE "C" AS use_case FROM ix_jobs
      WHERE due_at IS NOT NULL AND use_case IS NOT NULL AND NOT $5::boolean
      ORDER BY use_case COLLATE "C" LIMIT 1)
     UNION ALL
    SELECT (SELECT use_case COLLATE "C" FROM ix_jobs
             WHERE due_at IS NOT NULL AND use_case COLLATE "C" > w.use_case AND use_case IS NOT NULL
             ORDER BY use_case COLLATE "C" LIMIT 1)
      FROM waiting w WHERE w.use_case IS NOT NULL),
oldest AS (
    SELECT head.due_at, head.job_id
      FROM (SELECT use_case FROM waiting WHERE use_case <> ALL ($4::text[])
             UNION ALL
            SELECT listed FROM unnest($4::text[]) AS listed WHERE $5::boolean) AS w, LATERAL (
               SELECT due_at, job_id FROM ix_jobs
                WHERE use_case COLLATE "C" = w.use_case AND use_case IS NOT NULL AND due_at <= now()
                ORDER BY due_at, job_id
                  FOR UPDATE SKIP LOCKED LIMIT 1) AS head
     UNION ALL
    -- A row whose document names no use case may be claimed by every daemon, so that the job ends with an error.
    -- Legacy code may leave the column null although the document names one.
    SELECT nameless.due_at, nameless.job_id
      FROM (SELECT due_at, job_id FROM ix_jobs
             WHERE use_case IS NULL AND due_at <= now()
               AND coalesce(((request ->> 'use_case') = ANY ($4::text[])) = $5::boolean, true)
             ORDER BY use_case COLLATE "C", due_at, job_id
               FOR UPDATE SKIP LOCKED LIMIT 1) AS nameless),
picked AS MATERIALIZED (
    SELECT job_id FROM oldest
     WHERE EXISTS (SELECT 1 FROM ix_daemons WHERE daemon_id = $2::uuid AND lease_until > now())
     ORDER BY due_at, job_id LIMIT 1),
said AS (
    INSERT INTO ix_running (daemon_id, job_ids) SELECT $2::uuid, ARRAY[job_id] FROM picked RETURNING ctid)
UPDATE ix_jobs
   SET status = 'running', claim_id = $1::uuid, daemon_id = $2::uuid, started_at = now(),
       attempts = coalesce(attempts, 0), due_at = NULL
 WHERE job_id = (SELECT job_id FROM picked) AND status = 'pending' COLLATE "C"
RETURNING job_id, ix_id, client_id, request_id, use_case, attempts, max_attempts,
          CASE WHEN $3::boolean THEN request END, expires_at <= now(), cancel_requested_at,
          coalesce(callback_url, CASE WHEN has_dependents THEN '' END),
          now(), coalesce(run_at, created_at), trace_context, ctid, (SELECT ctid FROM said);
