-- look_batches: writes a note for each batch that is over, or is being cancelled, and for which no note may have come; up to $1 of them.
-- Returns the number. A row of ix_batches for each waiting batch, with a look at each. The orders make each look one by the
-- primary key, under any statistics.
-- $1 limit
WITH noted AS (
    INSERT INTO ix_ended (job_id)
    SELECT b.batch_id FROM ix_batches b
     WHERE b.cancelled_at IS NOT NULL
        OR coalesce((SELECT j.waits AND j.status = 'pending' FROM ix_jobs j WHERE j.job_id = b.batch_id), false) = false
        OR NOT b.is_open AND (SELECT d.job_id FROM ix_dependencies d WHERE d.job_id = b.batch_id ORDER BY d.job_id, d.after_job LIMIT 1) IS NULL
           AND (SELECT m.job_id FROM ix_members m WHERE m.batch_id = b.batch_id ORDER BY m.batch_id, m.job_id LIMIT 1) IS NOT NULL
     LIMIT $1::integer
    RETURNING 1)
SELECT count(*) AS noted FROM noted;
