-- examine_failover: tells if another server may take this server's place. Patroni passes cluster_name and hot_standby on the
-- server's command line. A role that may not see the standbys' names still sees their number.
SELECT (SELECT count(*) FROM pg_stat_replication) AS standbys, current_setting('synchronous_standby_names') AS names,
       current_setting('cluster_name') AS cluster,
       (SELECT count(*) = 2 FROM pg_settings
         WHERE name IN ('cluster_name', 'hot_standby') AND source = 'command line') AS is_patroni;
