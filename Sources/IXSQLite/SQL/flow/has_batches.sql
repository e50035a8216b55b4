-- has_batches: a row when a batch's finisher waits.
SELECT 1 FROM ix_batches LIMIT 1;
