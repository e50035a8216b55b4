-- record_breakers: which pipelines take no jobs at this worker, for whoever looks at the queue.
-- $1 worker_id, $2 a JSON array of {pipeline, reason}, null for none
UPDATE ix_workers SET open_breakers = $2::jsonb WHERE worker_id = $1::uuid;
