-- cut_dependencies: deletes dependencies of jobs that have stopped waiting, up to ?2. Index: the primary keys.
-- ?1 the jobs as a JSON array, ?2 limit
DELETE FROM ix_dependencies
 WHERE rowid IN (SELECT d.rowid FROM json_each(?1) AS n CROSS JOIN ix_dependencies d ON d.job_id = n.value
                  WHERE NOT EXISTS (SELECT 1 FROM ix_jobs j WHERE j.job_id = n.value AND j.waits AND j.status = 'pending')
                  LIMIT ?2);
