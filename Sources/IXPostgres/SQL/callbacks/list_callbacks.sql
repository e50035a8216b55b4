-- list_callbacks: lists the outbox: due callbacks by due time, then failed and delivered callbacks, latest result
-- first.
-- Index: ix_callbacks_due and ix_callbacks_failed for due and failed callbacks; delivered callbacks are read and
-- sorted.
-- $1 states, $2 client_id, $3 beginning of the endpoint, $4 limit, and of the callback before the page: $5 state, $6 due_at
-- or settled_at, $7 job_id
SELECT job_id, client_id, url, endpoint, status, state, tries, claim_id IS NOT NULL AND due_at > now() AS sending,
       CASE WHEN state = 'due' THEN extract(epoch FROM due_at - now()) END AS due_in,
       CASE WHEN state = 'due' THEN extract(epoch FROM due_at) END AS due_at,
       extract(epoch FROM ended_at) AS ended_at,
       extract(epoch FROM settled_at) AS settled_at
  FROM ix_callbacks
 WHERE state = ANY ($1::text[]) AND ($2::text IS NULL OR client_id = $2::text)
   AND ($3::text IS NULL OR starts_with(endpoint, lower($3::text)))
   AND ($5::text IS NULL
        OR CASE state WHEN 'due' THEN 0 WHEN 'failed' THEN 1 ELSE 2 END
           > CASE $5::text WHEN 'due' THEN 0 WHEN 'failed' THEN 1 ELSE 2 END
        OR state = $5::text AND state = 'due' AND (due_at, job_id) > ($6::timestamptz, $7::uuid)
        OR state = $5::text AND state <> 'due'
           AND (settled_at < $6::timestamptz OR settled_at = $6::timestamptz AND job_id > $7::uuid))
 ORDER BY CASE state WHEN 'due' THEN 0 WHEN 'failed' THEN 1 ELSE 2 END, CASE WHEN state = 'due' THEN due_at END,
          settled_at DESC, job_id LIMIT $4::integer;
