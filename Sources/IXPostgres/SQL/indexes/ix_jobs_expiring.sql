-- ix_jobs_expiring: pending jobs with expires_at; jobs without expires_at cost nothing here.
CREATE INDEX ix_jobs_expiring ON ix_jobs (expires_at)
    WHERE status = 'pending' COLLATE "C" AND expires_at IS NOT NULL;
