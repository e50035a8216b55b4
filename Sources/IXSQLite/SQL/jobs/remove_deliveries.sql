-- remove_deliveries: deletes the log of tries of jobs which this transaction has taken. Index: the primary key.
-- ?1 job_ids as a JSON array
DELETE FROM ix_deliveries WHERE job_id IN (SELECT value FROM json_each(?1));
