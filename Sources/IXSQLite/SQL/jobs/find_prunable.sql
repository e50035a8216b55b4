-- find_prunable: returns the jobs in a range of rowids that ended before their status' time, in the order of rowids,
-- which is the order of inserts. No document is read. Index: the rowid, the callbacks' primary key.
-- ?1 the rowid before the range, ?2 the range's last rowid, ?3 and ?4 times for done and error, null to keep all, ?5
-- limit
SELECT j.rowid AS position, j.job_id, j.status FROM ix_jobs j
 WHERE j.rowid > ?1 AND j.rowid <= ?2 AND j.status IN ('done', 'error')
   AND j.finished_at < CASE j.status WHEN 'done' THEN ?3 ELSE ?4 END
   AND NOT EXISTS (SELECT 1 FROM ix_callbacks c WHERE c.job_id = j.job_id AND c.state = 'due')
   AND NOT EXISTS (SELECT 1 FROM ix_dependencies d WHERE d.after_job = j.job_id)
   AND NOT EXISTS (SELECT 1 FROM ix_jobs f WHERE f.job_id = j.batch_id AND f.status IN ('pending', 'running'))
 ORDER BY j.rowid LIMIT ?5;
