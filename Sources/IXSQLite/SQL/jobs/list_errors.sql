-- list_errors: lists jobs that ended in error, newest first.
-- Index: the primary key of ix_errors, from the position on; each job is then found by its own key.
-- Parameters as in list
SELECT j.job_id, j.ix_id, j.client_id, j.request_id, j.use_case, j.status, j.queue, j.group_key, j.attempts, j.max_attempts, j.callback_status,
       j.daemon_id, j.created_at, j.run_at, j.started_at, j.finished_at, j.response ->> '$.error.code' AS error_code,
       substr(j.response ->> '$.error.message', 1, 1000) AS error_message,
       NULL AS parents, NULL AS parent
  FROM ix_errors e CROSS JOIN ix_jobs j ON j.job_id = e.job_id
 WHERE e.created_at < ?5 AND e.created_at >= ?6 AND e.created_at >= ?10 AND e.created_at < ?11
   AND (e.created_at, e.job_id) < (?7, ?8)
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
 ORDER BY e.created_at DESC, e.job_id DESC LIMIT ?9;
