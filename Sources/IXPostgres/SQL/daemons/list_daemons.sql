-- list_daemons: returns the daemons that hold a lease, with the number of running jobs of each.
-- ix_running names the jobs that may run at a daemon. Index: the primary key.
SELECT daemon_id, instance, host, pid, version, extract(epoch FROM started_at) AS started_at,
       extract(epoch FROM lease_until - now()) AS lease_left, open_breakers::text AS open_breakers,
       array_to_json(serves)::text AS serves, array_to_json(queues)::text AS queues,
       workers, wanted_workers,
       (SELECT count(*) FROM ix_jobs j
         WHERE j.job_id = ANY (ARRAY(SELECT unnest(r.job_ids) FROM ix_running r WHERE r.daemon_id = w.daemon_id))
           AND j.daemon_id = w.daemon_id AND j.status = 'running' COLLATE "C") AS running
  FROM ix_daemons w WHERE lease_until > now() ORDER BY instance, host, pid;
