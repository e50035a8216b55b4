-- 0004 down: without moves.
DROP TABLE IF EXISTS ix_moved_batches;
