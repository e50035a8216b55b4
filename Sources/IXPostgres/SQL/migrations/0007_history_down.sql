-- 0007 down: without history.
DROP TABLE IF EXISTS ix_levels, ix_history_errors, ix_history, ix_errors;
