-- restore_attempt: inserts an attempt's record from another store.
-- ?1 job_id, ?2 attempt, ?3 claim_id, ?4 daemon_id, ?5 started_at, ?6 ended_at, ?7 outcome, ?8 exit_status, ?9 log_tail, ?10 starts
INSERT INTO ix_attempts (job_id, attempt, claim_id, daemon_id, started_at, ended_at, outcome, exit_status, log_tail,
                         starts)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
ON CONFLICT DO NOTHING;
