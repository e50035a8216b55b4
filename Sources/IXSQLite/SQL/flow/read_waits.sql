-- read_waits: returns the number of a dependent job's open parents, up to 1,001, and the first parent, or `batch` for the
-- finisher of a batch without open members; no row for any further job. Index: the
-- primary keys.
-- ?1 job_id
SELECT (SELECT count(*) FROM (SELECT 1 FROM ix_dependencies d WHERE d.job_id = j.job_id LIMIT 1001)) AS jobs,
       coalesce((SELECT d.after_job FROM ix_dependencies d WHERE d.job_id = j.job_id ORDER BY d.after_job LIMIT 1),
                (SELECT 'batch' FROM ix_batches b WHERE b.batch_id = j.job_id)) AS one
  FROM ix_jobs j WHERE j.job_id = ?1 AND j.waits AND j.status = 'pending';
