-- record_attempt: records an attempt's log and exit status, before the attempt's end is written in the same
-- transaction. The fence is the end's.
-- $1 job_id, $2 attempts, $3 claim_id, $4 outcome, $5 exit_status, $6 log_tail
INSERT INTO ix_attempts (job_id, attempt, claim_id, worker_id, started_at, outcome, exit_status, log_tail)
SELECT job_id, attempts + 1, claim_id, worker_id, started_at, $4::text, $5::text, $6::text
  FROM ix_jobs
 WHERE job_id = $1::uuid AND status = 'running' COLLATE "C" AND attempts = $2::integer AND claim_id = $3::uuid
ON CONFLICT DO NOTHING;
