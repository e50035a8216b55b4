-- examine_server: describes the server and the role of this session. The clock is read as late as the server can, in
-- the last column.
SELECT current_setting('server_version') AS version, current_setting('server_version_num')::integer AS number,
       current_user::text AS role_name, current_database()::text AS database, current_schema()::text AS schema_name,
       pg_is_in_recovery() AS is_standby, current_setting('transaction_read_only')::boolean AS is_read_only,
       current_setting('autovacuum')::boolean AS has_autovacuum, current_setting('fsync')::boolean AS has_fsync,
       current_setting('max_connections')::integer AS connections,
       (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend') AS connected,
       extract(epoch FROM clock_timestamp()) AS seconds;
