-- list_batches: lists batches whose finisher waits, oldest first. Open members are counted up to 1,000.
-- Index: ix_batches_created from the position on; the primary keys. Batches of further clients are passed over one by one.
-- ?1 client_id, null for all, ?2 created_at and ?3 batch_id of the batch before the page, ?4 limit
SELECT b.batch_id, f.ix_id, f.client_id, f.request_id, f.use_case, b.on_failure, b.is_open, b.cancelled_at IS NOT NULL AS is_cancelling,
       b.created_at, f.expires_at,
       (SELECT count(*) FROM (SELECT 1 FROM ix_dependencies d WHERE d.job_id = b.batch_id LIMIT 1000)) AS open_members
  FROM ix_batches b CROSS JOIN ix_jobs f ON f.job_id = b.batch_id
 WHERE (b.created_at, b.batch_id) > (?2, ?3) AND f.waits AND f.status = 'pending' AND (?1 IS NULL OR f.client_id = ?1)
 ORDER BY b.created_at, b.batch_id LIMIT ?4;
