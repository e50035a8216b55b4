-- list_members: lists jobs of a batch, newest first.
-- Index: ix_members_created, from the position on; each member is then found by its own key. So a page reads the members that it
-- shows and those that the other filters leave out between.
-- Parameters as in list, ?18 batch_id
SELECT j.job_id, j.ix_id, j.client_id, j.request_id, j.use_case, j.status, j.queue, j.group_key, j.attempts, j.max_attempts, j.callback_status,
       j.daemon_id, j.created_at, j.run_at, j.started_at, j.finished_at, j.response ->> '$.error.code' AS error_code,
       substr(j.response ->> '$.error.message', 1, 1000) AS error_message,
       CASE WHEN j.waits AND j.status = 'pending' THEN (SELECT count(*) FROM (SELECT 1 FROM ix_dependencies d WHERE d.job_id = j.job_id LIMIT 1001)) END AS parents,
       CASE WHEN j.waits AND j.status = 'pending'
            THEN coalesce((SELECT d.after_job FROM ix_dependencies d WHERE d.job_id = j.job_id ORDER BY d.after_job LIMIT 1),
                          (SELECT 'batch' FROM ix_batches b WHERE b.batch_id = j.job_id)) END AS parent
  FROM ix_members m INDEXED BY ix_members_created CROSS JOIN ix_jobs j ON j.job_id = m.job_id
 WHERE m.batch_id = ?18 AND m.created_at < ?5 AND m.created_at >= ?6 AND m.created_at >= ?10 AND m.created_at < ?11
   AND (m.created_at, m.job_id) < (?7, ?8)
   AND j.status IN (SELECT value FROM json_each(?1))
   AND (?2 IS NULL OR j.client_id IN (SELECT value FROM json_each(?2)))
   AND (?3 IS NULL OR j.use_case IN (SELECT value FROM json_each(?3)))
   AND (?4 IS NULL OR j.response ->> '$.error.code' IN (SELECT value FROM json_each(?4)))
   AND (?12 IS NULL OR j.callback_status IN (SELECT value FROM json_each(?12)))
   AND (?13 IS NULL OR j.daemon_id = ?13) AND (?14 IS NULL OR j.resubmit_of = ?14)
   AND (?15 IS NULL OR coalesce(j.queue, j.use_case) IN (SELECT value FROM json_each(?15)))
   AND (?16 IS NULL OR j.group_key IN (SELECT value FROM json_each(?16)))
  AND (?17 IS NULL OR j.client_id = 'schedule'
       AND rtrim(j.request_id, replace(j.request_id, '@', '')) IN (SELECT value || '@' FROM json_each(?17)))
 ORDER BY m.created_at DESC, m.job_id DESC LIMIT ?9;
