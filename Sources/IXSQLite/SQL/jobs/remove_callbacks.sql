-- remove_callbacks: what is due for jobs that this transaction has taken goes with them. Index: the primary key.
-- ?1 job_ids as a JSON array
DELETE FROM ix_callbacks WHERE job_id IN (SELECT value FROM json_each(?1));
