-- prune_receipts: deletes the receipts from before a time whose job is gone. Index: ix_receipts_at, the primary key of ix_jobs.
-- ?1 time, ?2 limit
DELETE FROM ix_receipts
 WHERE rowid IN (SELECT r.rowid FROM ix_receipts r WHERE r.at < ?1 ORDER BY r.at LIMIT ?2)
   AND NOT EXISTS (SELECT 1 FROM ix_jobs j WHERE j.job_id = ix_receipts.job_id)
RETURNING job_id;
