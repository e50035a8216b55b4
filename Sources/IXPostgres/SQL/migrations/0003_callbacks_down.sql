-- 0003 down: without callbacks.
DROP TABLE IF EXISTS ix_legacy_ends, ix_deliveries, ix_redeliveries, ix_callbacks;
