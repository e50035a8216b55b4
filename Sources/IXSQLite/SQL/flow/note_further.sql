-- note_further: writes a fresh note for each of the given jobs that has ended or is gone, and for which further jobs still wait.
-- Index: the primary key of ix_jobs, ix_dependencies_after.
-- ?1 the jobs as a JSON array
INSERT INTO ix_ended (job_id)
SELECT DISTINCT n.value FROM json_each(?1) AS n
 WHERE EXISTS (SELECT 1 FROM ix_dependencies d WHERE d.after_job = n.value)
   AND NOT EXISTS (SELECT 1 FROM ix_jobs p WHERE p.job_id = n.value AND p.status IN ('pending', 'running'));
