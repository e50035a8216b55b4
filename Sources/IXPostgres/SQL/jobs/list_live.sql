-- list_live: lists pending and running jobs, newest first.
-- Index: ix_jobs_due for plain pending jobs, the primary key for the jobs that ix_lines, ix_dependencies,
-- ix_batches and ix_running name. A
-- part that $1 excludes is not run at all. The statement reads every live row, and none of the ended rows.
-- Parameters as in list; a live job has no error code.
SELECT j.* FROM (
    SELECT job_id, created_at FROM ix_jobs
     WHERE due_at IS NOT NULL AND (run_at IS NULL OR run_at IS NOT NULL) AND 'pending' = ANY ($1::text[])
       AND ($2::text[] IS NULL OR client_id = ANY ($2::text[])) AND client_id IS NOT NULL AND request_id IS NOT NULL
       AND ($3::text[] IS NULL OR coalesce(use_case, request ->> 'use_case') = ANY ($3::text[]))
       AND $4::text[] IS NULL
       AND created_at < coalesce(now() - make_interval(secs => $5::double precision), '10000-01-01 00:00:00+00')
       AND created_at >= coalesce(now() - make_interval(secs => $6::double precision), '0001-01-01 00:00:00+00')
       AND created_at >= coalesce($10::timestamptz, '0001-01-01 00:00:00+00')
       AND created_at < coalesce($11::timestamptz, '10000-01-01 00:00:00+00')
       AND ($12::text[] IS NULL OR callback_status = ANY ($12::text[]))
       AND ($13::uuid IS NULL OR daemon_id = $13::uuid) AND ($14::uuid IS NULL OR resubmit_of = $14::uuid)
       AND ($15::text[] IS NULL OR coalesce(queue, use_case, request ->> 'use_case') = ANY ($15::text[]))
       AND ($16::text[] IS NULL OR group_key = ANY ($16::text[]))
       AND ($17::text[] IS NULL OR (client_id = 'schedule' AND substring(request_id FROM '^(.*)@') = ANY ($17::text[])) IS TRUE)
       AND (created_at, job_id) < ($7::timestamptz, $8::uuid)
     UNION ALL
    SELECT job_id, created_at FROM ix_jobs
     WHERE job_id = ANY (ARRAY(SELECT unnest(job_ids) FROM ix_running)) AND status = 'running' COLLATE "C"
       AND 'running' = ANY ($1::text[])
       AND ($2::text[] IS NULL OR client_id = ANY ($2::text[])) AND client_id IS NOT NULL AND request_id IS NOT NULL
       AND ($3::text[] IS NULL OR coalesce(use_case, request ->> 'use_case') = ANY ($3::text[]))
       AND $4::text[] IS NULL
       AND created_at < coalesce(now() - make_interval(secs => $5::double precision), '10000-01-01 00:00:00+00')
       AND created_at >= coalesce(now() - make_interval(secs => $6::double precision), '0001-01-01 00:00:00+00')
       AND created_at >= coalesce($10::timestamptz, '0001-01-01 00:00:00+00')
       AND created_at < coalesce($11::timestamptz, '10000-01-01 00:00:00+00')
       AND ($12::text[] IS NULL OR callback_status = ANY ($12::text[]))
       AND ($13::uuid IS NULL OR daemon_id = $13::uuid) AND ($14::uuid IS NULL OR resubmit_of = $14::uuid)
       AND ($15::text[] IS NULL OR coalesce(queue, use_case, request ->> 'use_case') = ANY ($15::text[]))
       AND ($16::text[] IS NULL OR group_key = ANY ($16::text[]))
       AND ($17::text[] IS NULL OR (client_id = 'schedule' AND substring(request_id FROM '^(.*)@') = ANY ($17::text[])) IS TRUE)
       AND (created_at, job_id) < ($7::timestamptz, $8::uuid)
     UNION ALL
    SELECT job_id, created_at FROM ix_jobs
     WHERE job_id = ANY (ARRAY(SELECT job_id FROM ix_lines WHERE NOT held AND 'pending' = ANY ($1::text[])
                                UNION SELECT job_id FROM ix_dependencies WHERE 'pending' = ANY ($1::text[])
                                UNION SELECT batch_id FROM ix_batches WHERE 'pending' = ANY ($1::text[]))) AND status = 'pending' COLLATE "C"
       AND (queue IS NOT NULL OR waits) AND 'pending' = ANY ($1::text[])
       AND ($2::text[] IS NULL OR client_id = ANY ($2::text[])) AND client_id IS NOT NULL AND request_id IS NOT NULL
       AND ($3::text[] IS NULL OR coalesce(use_case, request ->> 'use_case') = ANY ($3::text[]))
       AND $4::text[] IS NULL
       AND created_at < coalesce(now() - make_interval(secs => $5::double precision), '10000-01-01 00:00:00+00')
       AND created_at >= coalesce(now() - make_interval(secs => $6::double precision), '0001-01-01 00:00:00+00')
       AND created_at >= coalesce($10::timestamptz, '0001-01-01 00:00:00+00')
       AND created_at < coalesce($11::timestamptz, '10000-01-01 00:00:00+00')
       AND ($12::text[] IS NULL OR callback_status = ANY ($12::text[]))
       AND ($13::uuid IS NULL OR daemon_id = $13::uuid) AND ($14::uuid IS NULL OR resubmit_of = $14::uuid)
       AND ($15::text[] IS NULL OR coalesce(queue, use_case, request ->> 'use_case') = ANY ($15::text[]))
       AND ($16::text[] IS NULL OR group_key = ANY ($16::text[]))
       AND ($17::text[] IS NULL OR (client_id = 'schedule' AND substring(request_id FROM '^(.*)@') = ANY ($17::text[])) IS TRUE)
       AND (created_at, job_id) < ($7::timestamptz, $8::uuid)
     ORDER BY created_at DESC, job_id DESC LIMIT $9::integer
) AS page CROSS JOIN LATERAL (
    SELECT q.job_id, q.ix_id, q.client_id, q.request_id, coalesce(q.use_case, q.request ->> 'use_case') AS use_case,
           q.status, q.queue, q.group_key, q.attempts, q.max_attempts, q.callback_status, q.daemon_id,
           extract(epoch FROM q.created_at) AS created_at,
           extract(epoch FROM q.run_at) AS run_at,
           extract(epoch FROM q.started_at) AS started_at,
           extract(epoch FROM q.finished_at) AS finished_at,
           extract(epoch FROM now() - q.created_at) AS age,
           CASE WHEN q.waits AND q.status = 'pending'
                THEN ix_count_open(q.job_id, 1001) END AS parents,
           CASE WHEN q.waits AND q.status = 'pending'
                THEN coalesce((SELECT d.after_job::text FROM ix_dependencies d WHERE d.job_id = q.job_id ORDER BY d.job_id, d.after_job LIMIT 1),
                              (SELECT 'batch' FROM ix_batches b WHERE b.batch_id = q.job_id)) END AS parent,
           q.response -> 'error' ->> 'code' AS error_code, left(q.response -> 'error' ->> 'message', 1000) AS error_message
      FROM ix_jobs q WHERE q.job_id = page.job_id LIMIT 1
) AS j ORDER BY page.created_at DESC, page.job_id DESC;
