-- list_errors: jobs that ended in error, newest first.
-- Index: the primary key of ix_errors, from the position on; each job is then found by its own key, one at a time. So a
-- page of rare errors reads nothing of the jobs between. A row of ix_errors whose job was deleted by other code is left out.
-- Parameters as in list
SELECT j.job_id, j.ix_id, j.client_id, j.request_id, coalesce(j.use_case, j.request ->> 'use_case') AS use_case,
       j.status, j.queue, j.group_key, j.attempts, j.max_attempts, j.callback_status, j.daemon_id,
       extract(epoch FROM j.created_at) AS created_at,
       extract(epoch FROM j.run_at) AS run_at,
       extract(epoch FROM j.started_at) AS started_at,
       extract(epoch FROM j.finished_at) AS finished_at,
       extract(epoch FROM now() - j.created_at) AS age,
       NULL::bigint AS parents, NULL::text AS parent,
       j.response -> 'error' ->> 'code' AS error_code, left(j.response -> 'error' ->> 'message', 1000) AS error_message
  FROM ix_errors e CROSS JOIN LATERAL (
           SELECT * FROM ix_jobs q
            WHERE q.job_id = e.job_id AND q.status COLLATE "C" = ANY ($1::text[]) AND q.created_at = e.created_at
              AND ($2::text[] IS NULL OR q.client_id = ANY ($2::text[])) AND q.client_id IS NOT NULL AND q.request_id IS NOT NULL
              AND ($3::text[] IS NULL OR coalesce(q.use_case, q.request ->> 'use_case') = ANY ($3::text[]))
              AND ($4::text[] IS NULL OR q.response -> 'error' ->> 'code' = ANY ($4::text[]))
              AND ($12::text[] IS NULL OR q.callback_status = ANY ($12::text[]))
              AND ($13::uuid IS NULL OR q.daemon_id = $13::uuid) AND ($14::uuid IS NULL OR q.resubmit_of = $14::uuid)
              AND ($15::text[] IS NULL OR coalesce(q.queue, q.use_case, q.request ->> 'use_case') = ANY ($15::text[]))
              AND ($16::text[] IS NULL OR q.group_key = ANY ($16::text[]))
              AND ($17::text[] IS NULL OR (q.client_id = 'schedule' AND substring(q.request_id FROM '^(.*)@') = ANY ($17::text[])) IS TRUE)
            LIMIT 1) AS j
 WHERE e.created_at < coalesce(now() - make_interval(secs => $5::double precision), '10000-01-01 00:00:00+00')
   AND e.created_at >= coalesce(now() - make_interval(secs => $6::double precision), '0001-01-01 00:00:00+00')
   AND e.created_at >= coalesce($10::timestamptz, '0001-01-01 00:00:00+00')
   AND e.created_at < coalesce($11::timestamptz, '10000-01-01 00:00:00+00')
   AND (e.created_at, e.job_id) < ($7::timestamptz, $8::uuid)
 ORDER BY e.created_at DESC, e.job_id DESC LIMIT $9::integer;
