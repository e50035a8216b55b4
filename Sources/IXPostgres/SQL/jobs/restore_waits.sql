-- restore_waits: enters the parents and batches of restored jobs, with notes for the next pass. A waiting finisher counts for no
-- depth; restore_members enters the members. Requires: restore has inserted the jobs in this transaction.
-- $1 the waiting jobs as a JSON array: job_id with after or batch
WITH given AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset($1::jsonb) AS g (job_id uuid, after jsonb, batch jsonb)),
parents AS (
    INSERT INTO ix_dependencies (job_id, after_job, on_failure)
    SELECT g.job_id, a.after_job, a.on_failure
      FROM given g, LATERAL jsonb_to_recordset(g.after) AS a (after_job uuid, on_failure text)
     WHERE g.after IS NOT NULL
        ON CONFLICT DO NOTHING),
batches AS (
    INSERT INTO ix_batches (batch_id, on_failure, is_open, cancelled_at, failed_job, created_at)
    SELECT j.job_id, b.on_failure, b.is_open, b.cancelled_at, b.failed_job, j.created_at
      FROM given g JOIN ix_jobs j ON j.job_id = g.job_id,
           LATERAL jsonb_to_record(g.batch) AS b (on_failure text, is_open boolean, cancelled_at timestamptz, failed_job uuid)
     WHERE g.batch IS NOT NULL
        ON CONFLICT DO NOTHING RETURNING batch_id),
uncounted AS (
    UPDATE ix_lines l SET client_id = NULL FROM batches b WHERE l.job_id = b.batch_id),
noted AS (
    INSERT INTO ix_ended (job_id) SELECT g.job_id FROM given g)
SELECT count(*) AS restored FROM given;
