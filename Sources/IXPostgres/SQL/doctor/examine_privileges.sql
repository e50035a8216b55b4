-- examine_privileges: lists the rights which a daemon needs and this role lacks, a right per row. Missing tables are
-- left to the schema check. Rights on columns count.
-- `hidden` names a table of which row security may hide rows from this role without an error.
SELECT w.name || ': ' || w.needed AS missing, NULL AS hidden
  FROM (VALUES ('ix_jobs', 'SELECT'), ('ix_jobs', 'UPDATE'), ('ix_daemons', 'SELECT'), ('ix_daemons', 'INSERT'),
               ('ix_daemons', 'UPDATE'), ('ix_attempts', 'SELECT'), ('ix_attempts', 'INSERT'),
               ('ix_attempts', 'UPDATE'), ('ix_progress', 'SELECT'),
               ('ix_progress', 'INSERT'), ('ix_progress', 'UPDATE'), ('ix_progress', 'DELETE'),
               ('ix_callbacks', 'SELECT'), ('ix_callbacks', 'INSERT'), ('ix_callbacks', 'UPDATE'),
               ('ix_deliveries', 'INSERT'), ('ix_redeliveries', 'SELECT'), ('ix_redeliveries', 'UPDATE'),
               ('ix_redeliveries', 'DELETE'), ('ix_legacy_ends', 'SELECT'), ('ix_legacy_ends', 'UPDATE'), ('ix_legacy_ends', 'DELETE'),
               ('ix_running', 'SELECT'), ('ix_running', 'INSERT'), ('ix_running', 'UPDATE'),
               ('ix_running', 'DELETE'),
               ('ix_expiring', 'SELECT'), ('ix_expiring', 'UPDATE'), ('ix_expiring', 'DELETE'),
               ('ix_lines', 'SELECT'), ('ix_lines', 'INSERT'), ('ix_lines', 'UPDATE'), ('ix_lines', 'DELETE'),
               ('ix_queues', 'SELECT'), ('ix_groups', 'SELECT'),
               ('ix_rates', 'SELECT'), ('ix_rates', 'INSERT'), ('ix_rates', 'UPDATE'),
               ('ix_admissions', 'SELECT'), ('ix_admissions', 'INSERT'), ('ix_admissions', 'DELETE'), ('ix_admission_gate', 'UPDATE'), ('ix_hand_on_gate', 'UPDATE'),
               ('ix_dependencies', 'SELECT'), ('ix_members', 'SELECT'), ('ix_batches', 'SELECT'), ('ix_full_clients', 'SELECT'), ('ix_full_clients', 'UPDATE'), ('ix_full_clients', 'DELETE'),
               ('ix_ended', 'SELECT'), ('ix_ended', 'INSERT'),
               ('ix_suspects', 'SELECT'), ('ix_suspects', 'INSERT'), ('ix_suspects', 'UPDATE'), ('ix_suspects', 'DELETE'),
               ('ix_levels', 'SELECT'), ('ix_levels', 'INSERT'), ('ix_levels', 'UPDATE'),
               ('ix_history', 'SELECT'), ('ix_history', 'INSERT'), ('ix_history', 'UPDATE'), ('ix_history', 'DELETE'),
               ('ix_history_errors', 'SELECT'), ('ix_history_errors', 'INSERT'), ('ix_history_errors', 'UPDATE'), ('ix_history_errors', 'DELETE'),
               ('ix_schedules', 'SELECT'), ('ix_refused_writes', 'SELECT'), ('ix_schema_migrations', 'SELECT')) AS w (name, needed)
 WHERE to_regclass(w.name) IS NOT NULL
   AND NOT has_table_privilege(to_regclass(w.name), w.needed)
   AND (w.needed = 'DELETE' OR NOT has_any_column_privilege(to_regclass(w.name), w.needed))
UNION ALL
SELECT p.oid::regprocedure || ': EXECUTE', NULL
  FROM pg_proc p
 WHERE p.proname IN ('ix_hand_back', 'ix_error', 'ix_has_followers', 'ix_count_open', 'ix_after_end', 'ix_prune', 'ix_prune_access',
                     'ix_admit', 'ix_hand_on', 'ix_release', 'ix_enter_queues', 'ix_enter_file',
                     'ix_enter_schedules', 'ix_plan', 'ix_fire')
   AND p.pronamespace = quote_ident(current_schema())::regnamespace
   AND NOT has_function_privilege(p.oid, 'EXECUTE')
UNION ALL
SELECT NULL, c.relname
  FROM pg_class c
 WHERE c.relnamespace = quote_ident(current_schema())::regnamespace AND c.relname IN ('ix_jobs', 'ix_daemons', 'ix_callbacks')
   AND row_security_active(c.oid)
 ORDER BY 1, 2;
