-- stop_batch: notes that the members of a batch are being cancelled.
-- ?1 batch_id, ?2 now, ?3 the member whose error is the reason, null for a cancel of the batch
UPDATE ix_batches SET cancelled_at = coalesce(cancelled_at, ?2), failed_job = CASE WHEN cancelled_at IS NULL THEN ?3 ELSE failed_job END, is_open = 0
 WHERE batch_id = ?1;
