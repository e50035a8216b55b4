-- find_held: returns the suspects that may run now, fewest deaths first.
SELECT s.job_id, s.run_at
  FROM ix_suspects s JOIN ix_jobs j ON j.job_id = s.job_id
 WHERE s.is_held AND j.status = 'pending'
 ORDER BY s.deaths, coalesce(s.run_at, j.created_at), s.job_id
 LIMIT (SELECT coalesce(max(0, min(width) - sum(NOT is_held)), 0) FROM ix_suspects);
