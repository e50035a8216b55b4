-- read_waits: returns the parents of the waiting jobs among the given jobs, or the batch of a finisher; an import makes the entries of a
-- finisher anew from the members. Entries due to be dropped by the next pass are left out, so that a parent may be pruned
-- meanwhile. Index: the primary keys.
-- $1 job_ids, which this transaction has locked
SELECT j.job_id, b.on_failure, b.is_open, extract(epoch FROM b.cancelled_at) AS cancelled_at, b.failed_job,
       CASE WHEN b.batch_id IS NULL THEN (
           SELECT coalesce(json_agg(json_build_object('after_job', d.after_job, 'on_failure', d.on_failure) ORDER BY d.after_job), '[]')::text
             FROM ix_dependencies d
            WHERE d.job_id = j.job_id
              AND NOT coalesce((SELECT p.status = 'done' OR p.status = 'error' AND d.on_failure = 'run'
                                  FROM ix_jobs p WHERE p.job_id = d.after_job), d.on_failure = 'run')) END AS parents
  FROM ix_jobs j LEFT JOIN ix_batches b ON b.batch_id = j.job_id
 WHERE j.job_id = ANY ($1::uuid[]) AND j.waits AND j.status COLLATE "C" = 'pending';
