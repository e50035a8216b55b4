-- list_members: jobs of a batch, newest first.
-- Index: ix_members_created, from the position on; each member is then found by its own key. So a page reads the members that it
-- shows and those that the other filters leave out between.
-- Parameters as in list, $18 batch_id
SELECT j.job_id, j.ix_id, j.client_id, j.request_id, coalesce(j.use_case, j.request ->> 'use_case') AS use_case,
       j.status, j.queue, j.group_key, j.attempts, j.max_attempts, j.callback_status, j.daemon_id,
       extract(epoch FROM j.created_at) AS created_at,
       extract(epoch FROM j.run_at) AS run_at,
       extract(epoch FROM j.started_at) AS started_at,
       extract(epoch FROM j.finished_at) AS finished_at,
       extract(epoch FROM now() - j.created_at) AS age,
       CASE WHEN j.waits AND j.status = 'pending'
            THEN ix_count_open(j.job_id, 1001) END AS parents,
       CASE WHEN j.waits AND j.status = 'pending'
            THEN coalesce((SELECT d.after_job::text FROM ix_dependencies d WHERE d.job_id = j.job_id ORDER BY d.job_id, d.after_job LIMIT 1),
                          (SELECT 'batch' FROM ix_batches b WHERE b.batch_id = j.job_id)) END AS parent,
       j.response -> 'error' ->> 'code' AS error_code, left(j.response -> 'error' ->> 'message', 1000) AS error_message
  FROM ix_members m CROSS JOIN LATERAL (
           SELECT * FROM ix_jobs q
            WHERE q.job_id = m.job_id AND q.status COLLATE "C" = ANY ($1::text[])
              AND ($2::text[] IS NULL OR q.client_id = ANY ($2::text[])) AND q.client_id IS NOT NULL AND q.request_id IS NOT NULL
              AND ($3::text[] IS NULL OR coalesce(q.use_case, q.request ->> 'use_case') = ANY ($3::text[]))
              AND ($4::text[] IS NULL OR q.response -> 'error' ->> 'code' = ANY ($4::text[]))
              AND ($12::text[] IS NULL OR q.callback_status = ANY ($12::text[]))
              AND ($13::uuid IS NULL OR q.daemon_id = $13::uuid) AND ($14::uuid IS NULL OR q.resubmit_of = $14::uuid)
              AND ($15::text[] IS NULL OR coalesce(q.queue, q.use_case, q.request ->> 'use_case') = ANY ($15::text[]))
              AND ($16::text[] IS NULL OR q.group_key = ANY ($16::text[]))
              AND ($17::text[] IS NULL OR (q.client_id = 'schedule' AND substring(q.request_id FROM '^(.*)@') = ANY ($17::text[])) IS TRUE)
            LIMIT 1) AS j
 WHERE m.batch_id = $18::uuid
   AND m.created_at < coalesce(now() - make_interval(secs => $5::double precision), '10000-01-01 00:00:00+00')
   AND m.created_at >= coalesce(now() - make_interval(secs => $6::double precision), '0001-01-01 00:00:00+00')
   AND m.created_at >= coalesce($10::timestamptz, '0001-01-01 00:00:00+00')
   AND m.created_at < coalesce($11::timestamptz, '10000-01-01 00:00:00+00')
   AND (m.created_at, m.job_id::text COLLATE "C") < ($7::timestamptz, ($8::uuid)::text)
 ORDER BY m.batch_id DESC, m.created_at DESC, m.job_id::text COLLATE "C" DESC LIMIT $9::integer;
