-- list_deliveries: lists the newest 1,000 tries of a job's callback, oldest first. Index: the primary key.
-- ?1 job_id
SELECT * FROM (
    SELECT try, claim_id, daemon_id, seconds, http_status, reason, answer, ended_at
      FROM ix_deliveries WHERE job_id = ?1 ORDER BY try DESC, ended_at DESC LIMIT 1000)
 ORDER BY try, ended_at;
