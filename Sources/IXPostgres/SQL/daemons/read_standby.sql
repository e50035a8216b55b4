-- read_standby: counts the sessions that have waited for a synchronous standby for over 3 seconds, and returns the
-- standbys' names. A commit takes less than 3 seconds. A role without the right to see the sessions of every role
-- sees only its own. The statement reads no table.
SELECT current_setting('synchronous_standby_names') AS names, count(*) AS waiting
  FROM pg_stat_activity
 WHERE datname = current_database() AND wait_event = 'SyncRep' AND query_start < clock_timestamp() - interval '3 seconds';
