-- 0003 down: without callbacks.
DROP TABLE IF EXISTS ix_untold, ix_deliveries, ix_redeliveries, ix_callbacks;
