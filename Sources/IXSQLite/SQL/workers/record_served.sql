-- record_served: records the use cases for which this daemon has pipelines.
-- ?1 worker_id, ?2 use cases as a JSON array, null for every use case
UPDATE ix_workers SET serves = ?2 WHERE worker_id = ?1;
