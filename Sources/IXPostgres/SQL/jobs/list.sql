-- list: jobs of any status, newest first.
-- Index: ix_jobs_created leads to the window between $10 and $11, and all jobs there are read; an operator's index on
-- (created_at, job_id) leads to the page. The inner part sorts narrow rows; documents, and the
-- parents of a job that waits for others, of which up to 1,001 are counted, are read for the page alone.
-- The bounds are never null, so that each can be an index condition; the years 1 to 9999 stand for no bound. Rows of
-- legacy code without keys, or with a time outside the bounds, aren't listed: list_unreadable names such rows.
-- COLLATE "C" keeps the plan off a foreign index on status, as in claim_next_pending, and IS TRUE keeps the plan off the index of the keys, of which a busy client has millions of entries.
-- $1 statuses, $2 client_ids, $3 use_cases, $4 error codes, $5 older and $6 newer than so many seconds,
-- $7 created_at and $8 job_id of the row before the page, $9 limit, $10 created at or after and $11 created before,
-- $12 callback statuses, $13 daemon_id, $14 resubmit_of, $15 queues (a plain job's is its use case), $16 group keys,
-- $17 schedules, whose names stand before the last @ of the request_id
SELECT j.* FROM (
    SELECT job_id, created_at FROM ix_jobs
     WHERE status COLLATE "C" = ANY ($1::text[])
       AND ($2::text[] IS NULL OR (client_id = ANY ($2::text[])) IS TRUE) AND client_id IS NOT NULL AND request_id IS NOT NULL
       AND ($3::text[] IS NULL OR coalesce(use_case, request ->> 'use_case') = ANY ($3::text[]))
       AND ($4::text[] IS NULL OR response -> 'error' ->> 'code' = ANY ($4::text[]))
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
