-- enter_moved_batch: remembers, in the transaction that carries a batch out, that it was; no row: another one did.
-- ?1 export_id, ?2 batch, ?3 direction, ?4 now
INSERT INTO ix_moved_batches (export_id, batch, direction, entered_at) VALUES (?1, ?2, ?3, ?4)
ON CONFLICT DO NOTHING
RETURNING batch;
