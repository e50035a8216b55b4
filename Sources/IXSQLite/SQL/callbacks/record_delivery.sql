-- record_delivery: adds a line to the log of tries.
-- ?1 job_id, ?2 claim_id, ?3 daemon_id, ?4 try, ?5 now, ?6 seconds, ?7 http_status, ?8 reason, ?9 answer
INSERT INTO ix_deliveries (job_id, claim_id, daemon_id, try, ended_at, seconds, http_status, reason, answer)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
ON CONFLICT DO NOTHING;
