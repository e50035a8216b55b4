-- read_standby: how many sessions have waited for a synchronous standby for longer than a commit takes, and for which. A role that
-- may not see others' sessions sees its own. Reads no table.
SELECT current_setting('synchronous_standby_names') AS names, count(*) AS waiting
  FROM pg_stat_activity
 WHERE datname = current_database() AND wait_event = 'SyncRep' AND query_start < clock_timestamp() - interval '3 seconds';
