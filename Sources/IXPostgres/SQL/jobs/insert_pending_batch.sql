-- insert_pending_batch: many idempotent inserts in one round trip. All of it is ix_enqueue_batch.
-- $1 the jobs as one JSON array
SELECT item, job_id, ix_id, status, duplicate, differs, refusal FROM ix_enqueue_batch($1::jsonb) ORDER BY item;
