-- insert_pending_batch: inserts many jobs idempotently in one round trip, all by ix_enqueue_batch.
-- $1 the jobs as a JSON array
SELECT item, job_id, ix_id, status, duplicate, differs, refusal, replaces, refusal_state
  FROM ix_enqueue_batch($1::jsonb) ORDER BY item;
