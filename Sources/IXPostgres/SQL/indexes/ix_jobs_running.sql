-- ix_jobs_running: an entry per running job, for the sweep and the heartbeat.
CREATE INDEX ix_jobs_running ON ix_jobs (daemon_id) WHERE status = 'running';
