-- record_progress: records the progress of runs which still hold their jobs; rows of further jobs stay unchanged.
-- Index: the primary keys; LIMIT makes the check of each row a lookup of its own.
-- $1 a JSON array of {job_id, attempts, claim_id, fraction, message, log_tail, log_bytes}
INSERT INTO ix_progress (job_id, claim_id, fraction, message, log_tail, log_bytes)
SELECT t.job_id, t.claim_id, t.fraction, t.message, t.log_tail, t.log_bytes
  FROM jsonb_to_recordset($1::jsonb) AS t (job_id uuid, attempts integer, claim_id uuid, fraction double precision,
                                           message text, log_tail text, log_bytes bigint)
  CROSS JOIN LATERAL (SELECT 1 FROM ix_jobs j WHERE j.job_id = t.job_id AND j.status = 'running' COLLATE "C"
                         AND j.attempts = t.attempts AND j.claim_id = t.claim_id LIMIT 1) AS held
 ORDER BY t.job_id
    ON CONFLICT (job_id) DO UPDATE
   SET claim_id = excluded.claim_id, fraction = excluded.fraction, message = excluded.message,
       log_tail = excluded.log_tail, log_bytes = excluded.log_bytes, updated_at = now();
