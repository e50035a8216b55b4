-- list_daemons: returns the daemons that hold a lease, with the number of running jobs of each. Index: ix_jobs_running.
SELECT daemon_id, instance, host, pid, version, extract(epoch FROM started_at) AS started_at,
       extract(epoch FROM lease_until - now()) AS lease_left, open_breakers::text AS open_breakers,
       array_to_json(serves)::text AS serves,
       (SELECT count(*) FROM ix_jobs j WHERE j.daemon_id = w.daemon_id AND j.status = 'running') AS running
  FROM ix_daemons w WHERE lease_until > now() ORDER BY instance, host, pid;
