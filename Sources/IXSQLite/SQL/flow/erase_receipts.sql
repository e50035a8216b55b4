-- erase_receipts: deletes receipts of a client whose job is gone. Index: the primary keys.
-- ?1 client_id, ?2 limit
DELETE FROM ix_receipts
 WHERE rowid IN (SELECT r.rowid FROM ix_receipts r
                  WHERE r.client_id = ?1 AND NOT EXISTS (SELECT 1 FROM ix_jobs j WHERE j.job_id = r.job_id) LIMIT ?2)
RETURNING job_id;
