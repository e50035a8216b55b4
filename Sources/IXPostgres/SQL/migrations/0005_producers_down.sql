-- 0005 down: without notifications and clients' roles.
DROP TABLE IF EXISTS ix_client_roles;
DROP SEQUENCE IF EXISTS ix_hints;
