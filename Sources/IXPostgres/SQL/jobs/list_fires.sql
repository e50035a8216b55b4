-- list_fires: jobs of schedules with few jobs, newest first.
-- Index: the index of the keys leads to the jobs of each schedule, at most 5,000, by the order, under any statistics. A moment
-- begins with a digit or an n, so in any collation the stretch up to @z holds all of a schedule's jobs; jobs of further names
-- in the stretch are left out.
-- Parameters as in list
SELECT j.* FROM (
    SELECT own.job_id, own.created_at
      FROM unnest($17::text[]) AS c (name)
     CROSS JOIN LATERAL (
               SELECT * FROM ix_jobs q WHERE q.client_id = 'schedule' AND q.request_id >= c.name || '@' AND q.request_id <= c.name || '@z'
                ORDER BY q.request_id LIMIT 5000) AS own
     WHERE substring(own.request_id FROM '^(.*)@') = c.name AND own.status = ANY ($1::text[])
       AND ($3::text[] IS NULL OR coalesce(own.use_case, own.request ->> 'use_case') = ANY ($3::text[]))
       AND ($4::text[] IS NULL OR own.response -> 'error' ->> 'code' = ANY ($4::text[]))
       AND own.created_at < coalesce(now() - make_interval(secs => $5::double precision), '10000-01-01 00:00:00+00')
       AND own.created_at >= coalesce(now() - make_interval(secs => $6::double precision), '0001-01-01 00:00:00+00')
       AND own.created_at >= coalesce($10::timestamptz, '0001-01-01 00:00:00+00')
       AND own.created_at < coalesce($11::timestamptz, '10000-01-01 00:00:00+00')
       AND ($12::text[] IS NULL OR own.callback_status = ANY ($12::text[]))
       AND ($13::uuid IS NULL OR own.daemon_id = $13::uuid) AND ($14::uuid IS NULL OR own.resubmit_of = $14::uuid)
       AND ($15::text[] IS NULL OR coalesce(own.queue, own.use_case, own.request ->> 'use_case') = ANY ($15::text[]))
       AND ($16::text[] IS NULL OR own.group_key = ANY ($16::text[]))
       AND ($2::text[] IS NULL OR own.client_id = ANY ($2::text[]))
       AND (own.created_at, own.job_id) < ($7::timestamptz, $8::uuid)
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
