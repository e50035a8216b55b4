-- record_served: records the use cases for which this daemon has pipelines.
-- ?1 daemon_id, ?2 use cases as a JSON array, null for every use case
UPDATE ix_daemons SET serves = ?2 WHERE daemon_id = ?1;
