-- enqueue_callback: makes the callback due of a job which this transaction has just ended. Index: the primary key.
-- $1 job_id, $2 claim_id
INSERT INTO ix_callbacks (job_id, client_id, url, status, body)
SELECT job_id, left(coalesce(client_id, ''), 255), callback_url, status, response::text FROM ix_jobs
 WHERE job_id = $1::uuid AND finished_claim = $2::uuid AND status IN ('done', 'error') AND callback_url IS NOT NULL
    ON CONFLICT DO NOTHING;
