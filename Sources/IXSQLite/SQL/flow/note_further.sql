-- note_further: writes a fresh note for each of the given jobs that has ended or is gone, and for which further jobs still wait, and
-- for each that waits no more and still has dependencies. Index: the primary keys, ix_dependencies_after.
-- ?1 the parents and ?2 the dependent jobs, as JSON arrays
INSERT INTO ix_ended (job_id)
SELECT n.value FROM json_each(?1) AS n
 WHERE EXISTS (SELECT 1 FROM ix_dependencies d WHERE d.after_job = n.value)
   AND NOT EXISTS (SELECT 1 FROM ix_jobs p WHERE p.job_id = n.value AND p.status IN ('pending', 'running'))
 UNION
SELECT n.value FROM json_each(?2) AS n
 WHERE EXISTS (SELECT 1 FROM ix_dependencies d WHERE d.job_id = n.value)
   AND NOT EXISTS (SELECT 1 FROM ix_jobs j WHERE j.job_id = n.value AND j.waits AND j.status = 'pending');
