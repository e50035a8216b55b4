-- examine_table: the weaknesses of an adopted ix_jobs that works nevertheless, one per row. `ix-worker migrate` prints
-- equal warnings.
SELECT format('column %s must not be null and has no default, so ix_enqueue and ixctl enqueue fail; give it a default', a.attname)
           AS limp
  FROM pg_attribute a
 WHERE a.attrelid = to_regclass('ix_jobs') AND a.attnum > 0 AND NOT a.attisdropped AND a.attnotnull AND NOT a.atthasdef
   AND a.attidentity = '' AND a.attgenerated = ''
   AND a.attname NOT IN ('job_id', 'ix_id', 'client_id', 'request_id', 'status', 'request', 'response', 'callback_url',
                         'callback_status', 'attempts', 'created_at', 'started_at', 'finished_at', 'use_case', 'run_at',
                         'priority', 'max_attempts', 'expires_at', 'claim_id', 'finished_claim', 'daemon_id',
                         'cancel_requested_at', 'resubmit_of')
 UNION ALL
SELECT format('column %s may be null: a job without it ends as bad_request', a.attname)
  FROM pg_attribute a
 WHERE a.attrelid = to_regclass('ix_jobs') AND a.attname IN ('client_id', 'request_id', 'status', 'request') AND NOT a.attnotnull
 UNION ALL
SELECT format('column %s must not be null, so no job can be %s', a.attname,
              CASE WHEN a.attname IN ('started_at', 'finished_at', 'response', 'callback_status', 'callback_url')
                   THEN 'enqueued' ELSE 'handed back' END)
  FROM pg_attribute a
 WHERE a.attrelid = to_regclass('ix_jobs') AND a.attnotnull
   AND a.attname IN ('response', 'callback_url', 'callback_status', 'started_at', 'finished_at', 'use_case', 'run_at',
                     'expires_at', 'claim_id', 'finished_claim', 'daemon_id', 'cancel_requested_at', 'resubmit_of')
 UNION ALL
SELECT format('column %s takes %s characters; a longer one that every other door takes is refused', a.attname, a.atttypmod - 4)
  FROM pg_attribute a
 WHERE a.attrelid = to_regclass('ix_jobs') AND a.atttypmod > 4
   AND a.atttypmod - 4 < CASE a.attname WHEN 'client_id' THEN 255 WHEN 'request_id' THEN 255 WHEN 'callback_url' THEN 2048 END
 UNION ALL
-- An index of other code, or that of `ix-worker migrate --beside`.
SELECT format('the index %s names status, so each job costs the server about a tenth more; once no other code searches by it: %s',
              c.relname, CASE WHEN c.relname = 'ix_jobs_beside' THEN 'ix-worker migrate --no-beside'
                              ELSE format('DROP INDEX CONCURRENTLY %I', c.relname) END)
  FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
 WHERE i.indrelid = to_regclass('ix_jobs') AND pg_get_indexdef(i.indexrelid) ~ '\mstatus\M'
 UNION ALL
SELECT 'the table is unlogged: a crash of the server empties it'
  FROM pg_class c WHERE c.oid = to_regclass('ix_jobs') AND c.relpersistence = 'u'
 ORDER BY 1;
