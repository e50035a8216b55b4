-- list_attempts: the attempts of a job that had something to say, oldest first. Index: the primary key.
-- $1 job_id
SELECT attempt, worker_id, outcome, exit_status, log_tail,
       to_char(started_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS started_at,
       to_char(ended_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS ended_at
  FROM ix_attempts WHERE job_id = $1::uuid ORDER BY attempt, ended_at;
