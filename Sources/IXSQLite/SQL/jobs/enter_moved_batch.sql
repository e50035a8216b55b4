-- enter_moved_batch: records a batch in the transaction which moves the batch. No row comes back when another
-- transaction has moved the batch.
-- ?1 export_id, ?2 batch, ?3 direction, ?4 now
INSERT INTO ix_moved_batches (export_id, batch, direction, entered_at) VALUES (?1, ?2, ?3, ?4)
ON CONFLICT DO NOTHING
RETURNING batch;
