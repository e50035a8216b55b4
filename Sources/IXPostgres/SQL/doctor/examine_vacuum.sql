-- examine_vacuum: shows if vacuum removes dead rows of ix_jobs in time. The counts are the server's estimates.
SELECT s.n_live_tup AS live, s.n_dead_tup AS dead, pg_table_size(s.relid) AS bytes,
       extract(epoch FROM now() - greatest(s.last_autovacuum, s.last_vacuum)) AS seconds_since,
       EXISTS (SELECT 1 FROM pg_options_to_table(c.reloptions) AS o
                WHERE o.option_name = 'autovacuum_enabled' AND NOT o.option_value::boolean) AS is_off,
       age(c.relfrozenxid) AS age
  FROM pg_stat_user_tables s JOIN pg_class c ON c.oid = s.relid
 WHERE s.relid = to_regclass('ix_jobs');
