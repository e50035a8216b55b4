-- examine_workers: counts the live daemons, and the running jobs which dead daemons left. Index: ix_jobs_running.
SELECT (SELECT count(*) FROM ix_workers WHERE lease_until > now()) AS living,
       (SELECT string_agg(DISTINCT version, ', ') FROM ix_workers WHERE lease_until > now()) AS versions,
       (SELECT count(*) FROM ix_workers WHERE lease_until > now() AND open_breakers IS NOT NULL) AS broken,
       (SELECT count(*) FROM ix_jobs j WHERE j.status = 'running' AND j.worker_id IS NOT NULL
           AND NOT EXISTS (SELECT 1 FROM ix_workers w WHERE w.worker_id = j.worker_id AND w.lease_until > now())) AS orphans,
       (SELECT count(*) FROM ix_refused_writes WHERE refused_at > now() - interval '1 day') AS refused;
