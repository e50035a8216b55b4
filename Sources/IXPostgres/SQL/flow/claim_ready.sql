-- claim_ready: claims the oldest job that has a turn, and declares in ix_running that it may run here. Never waits: a row
-- that another transaction has locked, of the job or of its line, is passed over. held is written, not only locked, because a
-- transaction that takes turns back at that moment must see it.
-- Index: ix_lines_turn, and for each row its place and the job's primary key. A daemon's jobs are few between turn and claim.
-- Turns of negative priorities come first.
-- $1 claim_id, $2 daemon_id, $3 true to return the document, $4 use cases, null for all, $5 true for only these (false: for
-- all but these), $6 queues, null for all
WITH ready AS MATERIALIZED (
    SELECT job_id, ctid AS place, turn FROM (
        SELECT job_id, ctid, turn, priority FROM ix_lines
         WHERE turn >= coalesce((SELECT a.unclaimed FROM ix_admissions a ORDER BY a.pass DESC LIMIT 1), 0)
           AND turn IS NOT NULL AND NOT held AND ($6::text[] IS NULL OR queue = ANY ($6::text[]))
         ORDER BY turn LIMIT 1000) AS l
     WHERE EXISTS (SELECT 1 FROM ix_daemons WHERE daemon_id = $2::uuid AND lease_until > now())
     ORDER BY priority >= 0, turn),
picked AS MATERIALIZED (
    SELECT p.line, p.job, p.job_id
      FROM ready r, LATERAL (
               SELECT l.ctid AS line, j.ctid AS job, j.job_id FROM ix_lines l, ix_jobs j
                WHERE l.ctid = r.place AND l.job_id = r.job_id AND l.turn = r.turn AND NOT l.held
                  AND j.job_id = r.job_id AND j.status = 'pending' COLLATE "C"
                  AND ($4::text[] IS NULL OR coalesce((coalesce(j.use_case, j.request ->> 'use_case') = ANY ($4::text[])) = $5::boolean, true))
                  FOR UPDATE SKIP LOCKED) AS p
     LIMIT 1),
taken AS (UPDATE ix_lines SET held = true, client_id = NULL WHERE ctid = (SELECT line FROM picked)),
said AS (
    INSERT INTO ix_running (daemon_id, job_ids) SELECT $2::uuid, ARRAY[job_id] FROM picked RETURNING ctid)
UPDATE ix_jobs
   SET status = 'running', claim_id = $1::uuid, daemon_id = $2::uuid, started_at = now(),
       attempts = coalesce(attempts, 0), due_at = NULL
 WHERE ctid = (SELECT job FROM picked)
RETURNING job_id, ix_id, client_id, request_id, use_case, attempts, max_attempts,
          CASE WHEN $3::boolean THEN request END, expires_at <= now(), cancel_requested_at,
          coalesce(callback_url, CASE WHEN has_dependents THEN '' END),
          now(), coalesce(run_at, created_at), trace_context, ctid, (SELECT ctid FROM said), priority < 0;
