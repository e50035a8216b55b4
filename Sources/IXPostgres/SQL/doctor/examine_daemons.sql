-- examine_daemons: counts the live daemons, and the running jobs which dead daemons left. ix_running names the
-- jobs. Index: the primary key.
SELECT (SELECT count(*) FROM ix_daemons WHERE lease_until > now()) AS living,
       (SELECT string_agg(DISTINCT version, ', ') FROM ix_daemons WHERE lease_until > now()) AS versions,
       (SELECT count(*) FROM ix_daemons WHERE lease_until > now() AND open_breakers IS NOT NULL) AS broken,
       (SELECT count(*) FROM ix_jobs j
         WHERE j.job_id = ANY (ARRAY(SELECT unnest(r.job_ids) FROM ix_running r)) AND j.status = 'running' COLLATE "C" AND j.daemon_id IS NOT NULL
           AND NOT EXISTS (SELECT 1 FROM ix_daemons w WHERE w.daemon_id = j.daemon_id AND w.lease_until > now())) AS orphans,
       (SELECT count(*) FROM ix_refused_writes WHERE refused_at > now() - interval '1 day') AS refused;
