-- close_batch: closes an open batch.
-- ?1 batch_id
UPDATE ix_batches SET is_open = 0 WHERE batch_id = ?1;
