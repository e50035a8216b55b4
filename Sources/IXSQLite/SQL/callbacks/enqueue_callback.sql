-- enqueue_callback: makes an ended job's callback due, for the first time or once more. No row comes back while a
-- delivery of the callback is under way. The endpoint is computed as in the trigger ix_enqueue_callback.
-- ?1 job_id, ?2 now
INSERT INTO ix_callbacks (job_id, client_id, url, endpoint, status, body, due_at, since, ended_at)
SELECT job_id, client_id, callback_url, lower(substr(callback_url, 1, start + min(
           instr(rest || '/', '/'), instr(rest || '?', '?'), instr(rest || '#', '#')) - 1)),
       status, response, ?2, ?2, coalesce(finished_at, ?2)
  FROM (SELECT *, instr(callback_url, '//') + 1 AS start, substr(callback_url, instr(callback_url, '//') + 2) AS rest
          FROM ix_jobs WHERE job_id = ?1 AND status IN ('done', 'error') AND callback_url IS NOT NULL)
 WHERE true
ON CONFLICT (job_id) DO UPDATE
   SET state = 'due', due_at = ?2, since = ?2, step = 0, claim_id = NULL, settled_at = NULL,
       body = coalesce(body, excluded.body)
 WHERE state <> 'due' OR claim_id IS NULL OR due_at <= ?2
RETURNING job_id;
