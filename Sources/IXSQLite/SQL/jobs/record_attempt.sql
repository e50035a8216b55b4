-- record_attempt: records an attempt's log and exit status, before the attempt's end is written in the same
-- transaction. The fence is the end's.
-- ?1 job_id, ?2 attempts, ?3 claim_id, ?4 outcome, ?5 exit_status, ?6 log_tail, ?7 now
INSERT INTO ix_attempts (job_id, attempt, claim_id, daemon_id, started_at, ended_at, outcome, exit_status, log_tail)
SELECT job_id, min(attempts, 2147483646) + 1, claim_id, daemon_id, started_at, ?7, ?4, ?5, ?6
  FROM ix_jobs
 WHERE job_id = ?1 AND status = 'running' AND attempts = ?2 AND claim_id = ?3
ON CONFLICT DO NOTHING;
