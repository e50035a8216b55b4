-- restore_members: enters members of a restored batch, or one member, as parents of the finisher: live members, and failed members
-- where a failure counts. Index: the primary keys.
-- ?1 batch_id, ?2 on_failure of the entries, ?3 the member, or null for all
INSERT INTO ix_dependencies (job_id, after_job, on_failure)
SELECT m.batch_id, m.job_id, ?2 FROM ix_members m JOIN ix_jobs j ON j.job_id = m.job_id JOIN ix_jobs f ON f.job_id = m.batch_id
 WHERE m.batch_id = ?1 AND (?3 IS NULL OR m.job_id = ?3) AND j.client_id = f.client_id
   AND (j.status IN ('pending', 'running') OR j.status = 'error' AND ?2 = 'fail')
ON CONFLICT DO NOTHING
RETURNING after_job, (SELECT status = 'error' FROM ix_jobs WHERE job_id = after_job) AS is_failed;
