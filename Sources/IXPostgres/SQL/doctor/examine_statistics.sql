-- examine_statistics: compares the number of waiting jobs, counted up to 10,000, with the number that the planner expects by the
-- statistics of ix_jobs; null without statistics. `changes` is the number of rows changed since the last ANALYZE.
-- `without_autovacuum` names further tables of ix-worker for which autovacuum is off. Index: ix_jobs_due, to which
-- the clauses on due_at and run_at lead the planner, also without statistics.
SELECT (SELECT count(*) FROM (SELECT FROM ix_jobs
                                 WHERE due_at >= '-infinity' AND due_at <= 'infinity' AND (run_at IS NULL OR run_at IS NOT NULL)
                                 ORDER BY due_at, job_id LIMIT 10000) AS d) AS pending,
       ((1 - s.null_frac) * greatest(c.reltuples, 0)
        * coalesce(pg_relation_size(c.oid) / current_setting('block_size')::float8 / nullif(c.relpages, 0), 1))::bigint AS expected,
       t.n_mod_since_analyze AS changes, t.n_live_tup AS live,
       extract(epoch FROM now() - greatest(t.last_analyze, t.last_autoanalyze))::bigint AS seconds,
       (SELECT string_agg(r.relname, ', ' ORDER BY r.relname) FROM pg_class r
         WHERE r.relnamespace = c.relnamespace AND r.relkind = 'r' AND r.relname LIKE 'ix\_%' AND r.oid <> c.oid
           AND EXISTS (SELECT FROM pg_options_to_table(r.reloptions) AS o
                        WHERE o.option_name = 'autovacuum_enabled' AND NOT o.option_value::boolean)) AS without_autovacuum
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       LEFT JOIN pg_stats s ON s.schemaname = n.nspname AND s.tablename = c.relname AND s.attname = 'due_at'
                           AND s.inherited = (c.relkind = 'p')
       LEFT JOIN pg_stat_user_tables t ON t.relid = c.oid
 WHERE c.oid = to_regclass('ix_jobs');
