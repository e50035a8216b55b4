-- ix_jobs_due: the claim's order, on pending rows only and no wider than the order needs.
CREATE INDEX ix_jobs_due ON ix_jobs ((coalesce(run_at, created_at)), job_id) WHERE status = 'pending';
