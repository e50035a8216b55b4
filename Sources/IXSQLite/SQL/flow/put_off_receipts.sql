-- put_off_receipts: sets the time of the oldest receipts whose job is there to now, so that no later step reads the receipts again before
-- the time. Index: ix_receipts_at, the primary key of ix_jobs.
-- ?1 time, ?2 limit, ?3 now
UPDATE ix_receipts SET at = ?3
 WHERE rowid IN (SELECT r.rowid FROM ix_receipts r WHERE r.at < ?1 ORDER BY r.at LIMIT ?2)
   AND EXISTS (SELECT 1 FROM ix_jobs j WHERE j.job_id = ix_receipts.job_id)
RETURNING job_id;
