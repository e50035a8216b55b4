-- list_attempts: lists the kept attempts of jobs, each job's oldest first. Index: the primary key.
-- $1 job_ids, $2 the number of newest attempts per job
SELECT job_id, attempt, claim_id, worker_id, outcome, exit_status, log_tail,
       to_char(started_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS started_at,
       to_char(ended_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS ended_at
  FROM (SELECT *, row_number() OVER (PARTITION BY job_id ORDER BY attempt DESC, ended_at DESC, claim_id DESC) AS place
          FROM ix_attempts WHERE job_id = ANY ($1::uuid[])) AS a
 WHERE place <= $2::integer ORDER BY job_id, place DESC;
