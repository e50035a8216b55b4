-- read_xmin_horizon: names each holder of a snapshot which keeps dead rows of ix_jobs from being removed now, oldest
-- first. Sessions in a short transaction are included, a vacuum is not.
-- The statement reads no table. A role without the right to see the sessions of every role gets no seconds.
SELECT kind || ' ' || name AS holder, kind || ' ' || id AS id, age, seconds
  FROM (SELECT 'transaction' AS kind, pid || '/' || coalesce(backend_xid, backend_xmin) AS id,
               format('pid %s, %s of %s%s', pid, coalesce(nullif(application_name, ''), 'a client'), usename,
                      ', ' || state) AS name,
               greatest(age(backend_xmin), age(backend_xid)) AS age, extract(epoch FROM now() - xact_start) AS seconds
          FROM pg_stat_activity
         WHERE datname = current_database() AND usesysid IS NOT NULL AND pid <> pg_backend_pid()
           AND coalesce(backend_type, 'client backend') = 'client backend'
           AND pid NOT IN (SELECT pid FROM pg_stat_progress_vacuum)
           AND (backend_xmin IS NOT NULL OR backend_xid IS NOT NULL)
        UNION ALL
        SELECT 'prepared transaction', gid || '/' || transaction, gid, age(transaction),
               extract(epoch FROM now() - prepared)
          FROM pg_prepared_xacts WHERE database = current_database()
        UNION ALL
        SELECT 'replication slot', slot_name, slot_name, age(xmin), NULL FROM pg_replication_slots
        UNION ALL
        SELECT 'standby', application_name, application_name, age(backend_xmin), NULL FROM pg_stat_replication) AS h
 WHERE age IS NOT NULL
 ORDER BY age DESC, seconds DESC NULLS LAST LIMIT 20;
