-- list_attempts: the attempts of jobs that had something to say, each job's oldest first. Index: the primary key.
-- $1 job_ids, $2 how many of each job, the newest
SELECT job_id, attempt, claim_id, daemon_id, outcome, exit_status, log_tail, starts,
       extract(epoch FROM started_at) AS started_at,
       extract(epoch FROM ended_at) AS ended_at
  FROM (SELECT *, row_number() OVER (PARTITION BY job_id ORDER BY attempt DESC, ended_at DESC, claim_id DESC) AS position
          FROM ix_attempts WHERE job_id = ANY ($1::uuid[])) AS a
 WHERE position <= $2::integer ORDER BY job_id, position DESC;
