-- find_heads: returns the first jobs of a group. Index: ix_lines_line, and the jobs' primary key.
-- ?1 queue, ?2 priority, ?3 group_key, ?4 limit
SELECT l.job_id, j.status, j.run_at, coalesce(j.use_case, j.request ->> 'use_case') AS use_case
  FROM (SELECT job_id, seq FROM ix_lines
         WHERE turn IS NULL AND asleep IS NULL AND queue = ?1 AND priority = ?2 AND group_key = ?3 ORDER BY seq LIMIT ?4) AS l
  LEFT JOIN ix_jobs j ON j.job_id = l.job_id ORDER BY l.seq;
