-- close_batch: closes an open batch, all by ix_close_batch.
-- $1 batch_id
SELECT ix_close_batch($1::uuid) AS result;
