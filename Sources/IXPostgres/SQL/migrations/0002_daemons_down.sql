-- 0002 down: without daemons.
DROP TABLE IF EXISTS ix_refused_writes, ix_progress, ix_attempts, ix_suspects, ix_daemons;
