-- cancel_batch: cancels a batch, all by ix_cancel_batch.
-- $1 batch_id
SELECT ix_cancel_batch($1::uuid) AS result;
