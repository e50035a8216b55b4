-- holds_lease: whether this worker still holds the file. Reads only: a heartbeat costs no write.
-- ?1 worker_id
SELECT 1 FROM ix_workers WHERE worker_id = ?1 AND lease_until IS NULL;
