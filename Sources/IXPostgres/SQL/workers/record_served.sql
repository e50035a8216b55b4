-- record_served: which use cases this worker has pipelines for, for its neighbours to see.
-- $1 worker_id, $2 use cases in order, null for every one
UPDATE ix_workers SET serves = $2::text[] WHERE worker_id = $1::uuid;
