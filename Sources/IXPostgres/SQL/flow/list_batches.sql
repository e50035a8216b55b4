-- list_batches: lists batches whose finisher waits, oldest first. Open members are counted up to 1,000.
-- Index: ix_batches_created from the position on; the primary keys. Batches of further clients are passed over one by one.
-- $1 client_id, null for all, $2 created_at and $3 batch_id of the batch before the page, $4 limit
SELECT b.batch_id, f.ix_id, f.client_id, f.request_id, coalesce(f.use_case, f.request ->> 'use_case') AS use_case, b.on_failure, b.is_open,
       b.cancelled_at IS NOT NULL AS is_cancelling, extract(epoch FROM b.created_at) AS created_at,
       extract(epoch FROM f.expires_at) AS expires_at,
       ix_count_open(b.batch_id, 1000) AS open_members
  FROM ix_batches b CROSS JOIN LATERAL (
           SELECT * FROM ix_jobs q WHERE q.job_id = b.batch_id AND q.waits AND q.status = 'pending' COLLATE "C"
              AND ($1::text IS NULL OR q.client_id = $1::text) LIMIT 1) AS f
 WHERE (b.created_at, b.batch_id::text COLLATE "C") > ($2::timestamptz, ($3::uuid)::text)
 ORDER BY b.created_at, b.batch_id::text COLLATE "C" LIMIT $4::integer;
