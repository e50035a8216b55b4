-- claim_next_pending: sets the oldest due pending row to running, for this claim and daemon, and declares in ix_running
-- that the job may run here.
-- Index: ix_jobs_due gives the order without a sort; the clause on run_at, true of every row, leads to that index.
-- MATERIALIZED: the row is chosen once, under any plan; `IN (SELECT … LIMIT 1)` may run again per row and claim many.
-- SKIP LOCKED never waits for another claim.
-- A daemon whose lease has ended gets no row, because another daemon may own its jobs by now.
-- The scan starts at the mark, and so steps over the index entries of rows claimed before, even while an old snapshot
-- keeps the entries. A row before the mark (committed late, or handed back) is found by claims without a mark.
-- COLLATE "C": as in every statement that finds a job by its id. An index of other code that names status has the column's
-- own collation, which differs unless the table was made with COLLATE "C"; so no such index serves the comparison, whatever
-- the planner believes of the index.
-- $1 claim_id, $2 daemon_id, $3 true to return the document (false: the document can't be read, and the caller will
-- end the job), $4 and $5 the mark: due time and job_id of a recently claimed row, or values which sort before every
-- row
WITH picked AS MATERIALIZED (
    SELECT job_id, due_at FROM ix_jobs
     WHERE due_at <= now() AND (due_at, job_id) >= ($4::timestamptz, $5::uuid) AND (run_at IS NULL OR run_at IS NOT NULL)
       AND EXISTS (SELECT 1 FROM ix_daemons WHERE daemon_id = $2::uuid AND lease_until > now())
     ORDER BY due_at, job_id
       FOR UPDATE SKIP LOCKED LIMIT 1),
said AS (
    INSERT INTO ix_running (daemon_id, job_ids) SELECT $2::uuid, ARRAY[job_id] FROM picked RETURNING ctid)
UPDATE ix_jobs
   SET status = 'running', claim_id = $1::uuid, daemon_id = $2::uuid, started_at = now(),
       attempts = coalesce(attempts, 0), due_at = NULL
 WHERE job_id = (SELECT job_id FROM picked) AND status = 'pending' COLLATE "C"
RETURNING job_id, ix_id, client_id, request_id, use_case, attempts, max_attempts,
          CASE WHEN $3::boolean THEN request END, expires_at <= now(), cancel_requested_at,
          coalesce(callback_url, CASE WHEN has_dependents THEN '' END),
          now(), (SELECT due_at FROM picked), trace_context, ctid, (SELECT ctid FROM said);
