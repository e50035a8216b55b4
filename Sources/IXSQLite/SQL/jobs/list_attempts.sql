-- list_attempts: the attempts of a job that had something to say, oldest first. Index: the primary key.
-- ?1 job_id
SELECT attempt, worker_id, outcome, exit_status, log_tail, started_at, ended_at
  FROM ix_attempts WHERE job_id = ?1 ORDER BY attempt, ended_at;
