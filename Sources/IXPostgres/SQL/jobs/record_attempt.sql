-- record_attempt: records an attempt's outcome, exit status and log before the attempt's end in one transaction. The
-- fence is the fence of the end. A start that ran no program, directly after another such start, raises the count in
-- the earlier row, so that a program that can't be started adds no row for each try. Index: the primary keys.
-- $1 job_id, $2 attempts, $3 claim_id, $4 outcome, $5 exit_status, $6 log_tail
WITH held AS (
    SELECT job_id, least(attempts, 2147483646) + 1 AS attempt, claim_id, daemon_id, started_at
      FROM ix_jobs
     WHERE job_id = $1::uuid AND status = 'running' COLLATE "C" AND attempts = $2::integer AND claim_id = $3::uuid),
counted AS (
    UPDATE ix_attempts a
       SET attempt = h.attempt, claim_id = h.claim_id, daemon_id = h.daemon_id, ended_at = now(), exit_status = $5::text,
           log_tail = $6::text, starts = least(a.starts, 2147483646) + 1
      FROM held h
     WHERE a.job_id = $1::uuid AND a.attempt = $2::integer AND a.outcome = $4::text AND $4::text = 'unstarted'
    RETURNING 1)
INSERT INTO ix_attempts (job_id, attempt, claim_id, daemon_id, started_at, outcome, exit_status, log_tail)
SELECT job_id, attempt, claim_id, daemon_id, started_at, $4::text, $5::text, $6::text
  FROM held WHERE NOT EXISTS (SELECT 1 FROM counted)
ON CONFLICT DO NOTHING;
