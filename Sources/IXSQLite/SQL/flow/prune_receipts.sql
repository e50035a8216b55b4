-- prune_receipts: deletes the receipts from before a day whose job is gone.
-- ?1 day, ?2 limit
DELETE FROM ix_receipts
 WHERE rowid IN (SELECT r.rowid FROM ix_receipts r
                  WHERE r.day < ?1 AND NOT EXISTS (SELECT 1 FROM ix_jobs j WHERE j.job_id = r.job_id) LIMIT ?2)
RETURNING job_id;
