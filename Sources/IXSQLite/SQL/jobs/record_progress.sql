-- record_progress: records the progress of runs which still hold their jobs; rows of further jobs stay unchanged.
-- ?1 a JSON array of {job_id, attempts, claim_id, fraction, message, log_tail, log_bytes}, ?2 now
INSERT INTO ix_progress (job_id, claim_id, fraction, message, log_tail, log_bytes, updated_at)
SELECT j.job_id, j.claim_id, t.value ->> 'fraction', t.value ->> 'message', t.value ->> 'log_tail',
       t.value ->> 'log_bytes', ?2
  FROM json_each(?1) AS t
  JOIN ix_jobs j ON j.job_id = t.value ->> 'job_id' AND j.status = 'running' AND j.attempts = t.value ->> 'attempts'
                AND j.claim_id = t.value ->> 'claim_id'
 WHERE true
    ON CONFLICT (job_id) DO UPDATE
   SET claim_id = excluded.claim_id, fraction = excluded.fraction, message = excluded.message,
       log_tail = excluded.log_tail, log_bytes = excluded.log_bytes, updated_at = excluded.updated_at;
