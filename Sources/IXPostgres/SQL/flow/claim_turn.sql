-- claim_turn: claims one of the turns that find_turns brought, by the places of its rows, and declares in ix_running that the job
-- may run here. Never waits: no row comes back when the turn was claimed or taken back, or when another transaction has locked
-- the row of the job or of its line; the caller takes the next turn. held is written, as in claim_ready.
-- Index: the job's primary key.
-- $1 claim_id, $2 daemon_id, $3 true to return the document, $4 use cases, null for all, $5 true for only these (false: for
-- all but these), $6 job_id, $7 the place of its row of ix_lines, $8 turn
WITH picked AS MATERIALIZED (
    SELECT l.ctid AS line, j.ctid AS job, j.job_id FROM ix_lines l, ix_jobs j
     WHERE l.ctid = $7::tid AND l.job_id = $6::uuid AND l.turn = $8::bigint AND NOT l.held
       AND j.job_id = $6::uuid AND j.status = 'pending' COLLATE "C"
       AND ($4::text[] IS NULL OR coalesce((coalesce(j.use_case, j.request ->> 'use_case') = ANY ($4::text[])) = $5::boolean, true))
       AND EXISTS (SELECT 1 FROM ix_daemons WHERE daemon_id = $2::uuid AND lease_until > now())
       FOR UPDATE OF l, j SKIP LOCKED),
taken AS (UPDATE ix_lines SET held = true, client_id = NULL WHERE ctid = (SELECT line FROM picked)),
said AS (
    INSERT INTO ix_running (daemon_id, job_ids) SELECT $2::uuid, ARRAY[job_id] FROM picked RETURNING ctid)
UPDATE ix_jobs
   SET status = 'running', claim_id = $1::uuid, daemon_id = $2::uuid, started_at = now(),
       attempts = coalesce(attempts, 0), due_at = NULL
 WHERE ctid = (SELECT job FROM picked)
RETURNING job_id, ix_id, client_id, request_id, use_case, attempts, max_attempts,
          CASE WHEN $3::boolean THEN request END, expires_at <= now(), cancel_requested_at,
          coalesce(callback_url, CASE WHEN has_dependents THEN '' END), now(), coalesce(run_at, created_at), trace_context, ctid, (SELECT ctid FROM said), priority < 0;
