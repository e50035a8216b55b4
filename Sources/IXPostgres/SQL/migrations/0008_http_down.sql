-- 0008 down: without HTTP.
DROP TABLE IF EXISTS ix_operations, ix_audit, ix_sessions, ix_tokens;
