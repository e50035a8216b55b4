-- examine_locks: names each holder for which sessions of this database have waited longer than $1 seconds, with the number of those
-- that wait and the longest wait. A holder that waits itself stands for nothing; what it waits for is named. `kind` is
-- `advisory` where every role that may connect could take the lock. A prepared transaction has no session.
-- $1 seconds
WITH waits AS MATERIALIZED (
    SELECT l.pid, l.locktype, extract(epoch FROM clock_timestamp() - l.waitstart) AS seconds, h.holder
      FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid AND a.datname = current_database(),
           LATERAL unnest(pg_blocking_pids(l.pid)) AS h (holder)
     WHERE NOT l.granted)
SELECT w.holder AS pid, b.usename AS role, nullif(b.application_name, '') AS program, b.state,
       min(w.locktype) FILTER (WHERE w.locktype = 'advisory') AS kind, count(DISTINCT w.pid) AS waiting, floor(max(w.seconds))::bigint AS seconds
  FROM waits w LEFT JOIN pg_stat_activity b ON b.pid = w.holder
 WHERE w.holder NOT IN (SELECT x.pid FROM waits x)
 GROUP BY w.holder, b.usename, b.application_name, b.state
HAVING max(w.seconds) > $1::double precision
 ORDER BY max(w.seconds) DESC LIMIT 5;
