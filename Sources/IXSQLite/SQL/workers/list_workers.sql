-- list_workers: returns the daemon that holds the file, with the number of running jobs that name the daemon.
SELECT worker_id, instance, host, pid, version, started_at, open_breakers, serves,
       (SELECT count(*) FROM ix_jobs j WHERE j.status = 'running' AND j.worker_id = w.worker_id) AS running
  FROM ix_workers w WHERE lease_until IS NULL ORDER BY instance, host, pid;
