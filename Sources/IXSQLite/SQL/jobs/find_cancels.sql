-- find_cancels: when the cancel of a job that runs was asked for last; null when there is none. Reads only.
-- Index: ix_jobs_running, as many entries as jobs run.
SELECT max(cancel_requested_at) FROM ix_jobs INDEXED BY ix_jobs_running WHERE status = 'running';
