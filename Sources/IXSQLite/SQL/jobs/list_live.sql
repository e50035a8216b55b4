-- list_live: lists pending and running jobs, newest first, by ix_jobs_due_by_use_case and ix_jobs_running. Each half
-- names its status as a literal. The statement reads every live row, and none of the ended rows.
-- Parameters as in list; a live job has no error code.
SELECT job_id, ix_id, client_id, request_id, use_case, status, queue, group_key, attempts, max_attempts, callback_status, daemon_id,
       created_at, run_at, started_at, finished_at, NULL AS error_code, NULL AS error_message,
       CASE WHEN waits AND status = 'pending' THEN (SELECT count(*) FROM (SELECT 1 FROM ix_dependencies d WHERE d.job_id = ix_jobs.job_id LIMIT 1001)) END AS parents,
       CASE WHEN waits AND status = 'pending'
            THEN coalesce((SELECT d.after_job FROM ix_dependencies d WHERE d.job_id = ix_jobs.job_id ORDER BY d.after_job LIMIT 1),
                          (SELECT 'batch' FROM ix_batches b WHERE b.batch_id = ix_jobs.job_id)) END AS parent
  FROM ix_jobs
 WHERE job_id IN (
           SELECT job_id FROM (
               SELECT job_id, created_at FROM ix_jobs INDEXED BY ix_jobs_due_by_use_case
                WHERE status = 'pending' AND 'pending' IN (SELECT value FROM json_each(?1))
                  AND (?2 IS NULL OR client_id IN (SELECT value FROM json_each(?2)))
                  AND (?3 IS NULL OR use_case IN (SELECT value FROM json_each(?3))) AND ?4 IS NULL
                  AND created_at < ?5 AND created_at >= ?6 AND created_at >= ?10 AND created_at < ?11
                  AND (?12 IS NULL OR callback_status IN (SELECT value FROM json_each(?12)))
                  AND (?13 IS NULL OR daemon_id = ?13) AND (?14 IS NULL OR resubmit_of = ?14)
                  AND (?15 IS NULL OR coalesce(queue, use_case) IN (SELECT value FROM json_each(?15)))
                  AND (?16 IS NULL OR group_key IN (SELECT value FROM json_each(?16)))
                  AND (?17 IS NULL OR client_id = 'schedule'
                       AND rtrim(request_id, replace(request_id, '@', '')) IN (SELECT value || '@' FROM json_each(?17)))
                  AND (created_at, job_id) < (?7, ?8)
                UNION ALL
               SELECT job_id, created_at FROM ix_jobs INDEXED BY ix_jobs_running
                WHERE status = 'running' AND 'running' IN (SELECT value FROM json_each(?1))
                  AND (?2 IS NULL OR client_id IN (SELECT value FROM json_each(?2)))
                  AND (?3 IS NULL OR use_case IN (SELECT value FROM json_each(?3))) AND ?4 IS NULL
                  AND created_at < ?5 AND created_at >= ?6 AND created_at >= ?10 AND created_at < ?11
                  AND (?12 IS NULL OR callback_status IN (SELECT value FROM json_each(?12)))
                  AND (?13 IS NULL OR daemon_id = ?13) AND (?14 IS NULL OR resubmit_of = ?14)
                  AND (?15 IS NULL OR coalesce(queue, use_case) IN (SELECT value FROM json_each(?15)))
                  AND (?16 IS NULL OR group_key IN (SELECT value FROM json_each(?16)))
                  AND (?17 IS NULL OR client_id = 'schedule'
                       AND rtrim(request_id, replace(request_id, '@', '')) IN (SELECT value || '@' FROM json_each(?17)))
                  AND (created_at, job_id) < (?7, ?8))
            ORDER BY created_at DESC, job_id DESC LIMIT ?9)
 ORDER BY created_at DESC, job_id DESC;
