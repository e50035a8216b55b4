-- join_restored: enters restored members of batches with a waiting finisher, as restore_members does. The rows of the batches stay
-- locked, so that no finisher leaves `wait` meanwhile. Index: the primary keys.
-- $1 job_ids of members
WITH held AS MATERIALIZED (
    SELECT b.batch_id, CASE b.on_failure WHEN 'run' THEN 'run' ELSE 'fail' END AS on_failure FROM ix_batches b
     WHERE b.batch_id = ANY (ARRAY(SELECT j.batch_id FROM ix_jobs j WHERE j.job_id = ANY ($1::uuid[])))
     ORDER BY b.batch_id FOR SHARE),
entered AS (
    INSERT INTO ix_dependencies (job_id, after_job, on_failure)
    SELECT h.batch_id, j.job_id, h.on_failure
      FROM ix_jobs j JOIN held h ON h.batch_id = j.batch_id
     WHERE j.job_id = ANY ($1::uuid[]) AND (j.status = 'pending' OR j.status = 'error' AND h.on_failure = 'fail')
       AND (SELECT f.waits AND f.status = 'pending' AND f.client_id = j.client_id FROM ix_jobs f WHERE f.job_id = h.batch_id)
        ON CONFLICT DO NOTHING RETURNING after_job)
INSERT INTO ix_ended (job_id)
SELECT e.after_job FROM entered e JOIN ix_jobs j ON j.job_id = e.after_job WHERE j.status = 'error'
RETURNING job_id;
