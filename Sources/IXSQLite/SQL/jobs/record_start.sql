-- record_start: keeps a start that goes back, unless its row exists already with a log or an exit status.
-- ?1 job_id, ?2 attempt, ?3 claim_id, ?4 daemon_id, ?5 started_at, ?6 outcome, ?7 now
INSERT INTO ix_attempts (job_id, attempt, claim_id, daemon_id, started_at, ended_at, outcome)
VALUES (?1, ?2, ?3, ?4, ?5, ?7, ?6)
ON CONFLICT DO NOTHING;
