-- list_daemons: returns the daemon that holds the file, with the number of running jobs that name the daemon.
SELECT daemon_id, instance, host, pid, version, started_at, open_breakers, serves, queues, workers,
       wanted_workers,
       (SELECT count(*) FROM ix_jobs j WHERE j.status = 'running' AND j.daemon_id = w.daemon_id) AS running
  FROM ix_daemons w WHERE lease_until IS NULL ORDER BY instance, host, pid;
