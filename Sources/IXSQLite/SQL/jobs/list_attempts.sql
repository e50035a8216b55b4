-- list_attempts: lists the newest kept attempts of a job, oldest first. Index: the primary key.
-- ?1 job_id, ?2 limit
SELECT attempt, claim_id, daemon_id, outcome, exit_status, log_tail, starts, started_at, ended_at
  FROM (SELECT * FROM ix_attempts WHERE job_id = ?1 ORDER BY attempt DESC, ended_at DESC LIMIT ?2)
 ORDER BY attempt, ended_at;
