-- record_served: which use cases this worker has pipelines for.
-- ?1 worker_id, ?2 use cases as a JSON array, null for every one
UPDATE ix_workers SET serves = ?2 WHERE worker_id = ?1;
