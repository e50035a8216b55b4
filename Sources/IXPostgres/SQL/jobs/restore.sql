-- restore: inserts rows from another store unchanged, and returns the inserted rows. Unique job_id and (client_id,
-- request_id) refuse rows which exist here; find_restored explains each refusal.
-- The rows go in by the order of their keys, like every batch of inserts, so that two batches can't deadlock. A
-- callback due in the source is due here. A member of a batch is entered as one; restore_waits enters what a job waits for.
-- Idle workers are notified once, unless the notification queue is nearly full, because a full queue must not refuse
-- an insert.
-- $1 the records as a JSON array, under the columns' names
WITH given AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset($1::jsonb) AS r (
               job_id uuid, ix_id text, client_id text, request_id text, use_case text, status text, request jsonb,
               response jsonb, callback_url text, callback_status text, attempts integer, max_attempts integer,
               priority integer, created_at timestamptz, run_at timestamptz, started_at timestamptz,
               finished_at timestamptz, expires_at timestamptz, claim_id uuid, finished_claim uuid, daemon_id uuid,
               cancel_requested_at timestamptz, resubmit_of uuid, queue text, group_key text, batch_id uuid,
               waits boolean, ix_attempts jsonb, ix_callback_due boolean)),
fresh AS (
    INSERT INTO ix_jobs (job_id, ix_id, client_id, request_id, use_case, status, request, response, callback_url,
                         callback_status, attempts, max_attempts, priority, created_at, run_at, started_at, finished_at,
                         expires_at, claim_id, finished_claim, daemon_id, cancel_requested_at, resubmit_of, queue, group_key, batch_id, has_dependents, waits,
                         due_at)
    SELECT job_id, ix_id, client_id, request_id, use_case, status, request, response, callback_url, callback_status,
           attempts, max_attempts, priority, created_at, run_at, started_at, finished_at, expires_at, claim_id,
           finished_claim, daemon_id, cancel_requested_at, resubmit_of, queue, group_key, batch_id,
           CASE WHEN batch_id IS NOT NULL THEN true END, CASE WHEN status = 'pending' AND waits THEN true END,
           -- ix_fill_insert sets due_at of a job that expires, and notes when; and it puts a job into its line.
           CASE WHEN status = 'pending' AND expires_at IS NULL AND queue IS NULL AND priority = 0 AND waits IS NULL THEN coalesce(run_at, created_at) END
      FROM given ORDER BY client_id COLLATE "C", request_id COLLATE "C"
        ON CONFLICT DO NOTHING RETURNING job_id, status, batch_id, created_at),
members AS (
    INSERT INTO ix_members (batch_id, job_id, created_at)
    SELECT batch_id, job_id, created_at FROM fresh WHERE batch_id IS NOT NULL ON CONFLICT DO NOTHING),
due AS MATERIALIZED (
    SELECT count(*) AS callbacks
      FROM ix_after_end(ARRAY(SELECT job_id FROM fresh JOIN given USING (job_id) WHERE ix_callback_due), false)),
kept AS (
    INSERT INTO ix_attempts (job_id, attempt, claim_id, daemon_id, started_at, ended_at, outcome, exit_status, log_tail,
                             starts)
    SELECT g.job_id, a.attempt, a.claim_id, a.daemon_id, a.started_at, a.ended_at, a.outcome, a.exit_status, a.log_tail,
           coalesce(a.starts, 1)
      FROM given g JOIN fresh USING (job_id), LATERAL jsonb_to_recordset(g.ix_attempts) AS a (
               attempt integer, claim_id uuid, daemon_id uuid, started_at timestamptz, ended_at timestamptz,
               outcome text, exit_status text, log_tail text, starts integer)
        ON CONFLICT DO NOTHING),
told AS MATERIALIZED (
    SELECT count(ix_notify('ix_jobs', '')::text) AS times
      FROM (SELECT 1 FROM fresh WHERE status = 'pending' LIMIT 1) AS pending)
SELECT job_id, told.times AS told, due.callbacks FROM fresh, told, due;
