-- find_prunable: of a stretch of jobs, those that ended before their status' time, in the order of rowids, that is of their
-- inserts. Documents are not read. Index: the rowid, the callbacks' primary key.
-- ?1 rowid behind which the stretch begins, ?2 its last one, ?3 and ?4 times for done and error, null for none, ?5 limit
SELECT j.rowid AS place, j.job_id, j.status FROM ix_jobs j
 WHERE j.rowid > ?1 AND j.rowid <= ?2 AND j.status IN ('done', 'error')
   AND j.finished_at < CASE j.status WHEN 'done' THEN ?3 ELSE ?4 END
   AND NOT EXISTS (SELECT 1 FROM ix_callbacks c WHERE c.job_id = j.job_id AND c.state = 'due')
 ORDER BY j.rowid LIMIT ?5;
