-- examine_xmin_horizon: names each holder of an old snapshot, which keeps dead rows from being removed. Holders are
-- transactions, prepared transactions, replication slots, and standbys which report their xmin.
-- Only holders older than $1 transactions or $2 seconds are returned, oldest first. A role without the right to see
-- the sessions of every role gets their age in transactions only.
-- $1 transactions, $2 seconds
SELECT kind, name, age, seconds
  FROM (SELECT 'transaction' AS kind, format('pid %s, %s of %s%s', pid, coalesce(nullif(application_name, ''), 'a client'), usename,
                      ', ' || state) AS name,
               greatest(age(backend_xmin), age(backend_xid)) AS age, extract(epoch FROM now() - xact_start) AS seconds
          FROM pg_stat_activity
         WHERE datname = current_database() AND usesysid IS NOT NULL AND pid <> pg_backend_pid()
           AND coalesce(backend_type, 'client backend') = 'client backend'
           AND pid NOT IN (SELECT pid FROM pg_stat_progress_vacuum)
           AND (backend_xmin IS NOT NULL OR backend_xid IS NOT NULL)
        UNION ALL
        SELECT 'prepared transaction', gid, age(transaction),
               extract(epoch FROM now() - prepared)
          FROM pg_prepared_xacts WHERE database = current_database()
        UNION ALL
        SELECT 'replication slot', slot_name, greatest(age(xmin), age(catalog_xmin)), NULL FROM pg_replication_slots
        UNION ALL
        SELECT 'standby', application_name, age(backend_xmin), NULL FROM pg_stat_replication) AS h
 WHERE age > $1::integer OR (seconds > $2::double precision)
 ORDER BY age DESC NULLS LAST LIMIT 5;
