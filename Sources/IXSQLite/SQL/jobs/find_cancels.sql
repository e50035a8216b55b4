-- find_cancels: returns the time of the latest cancel request for a running job, or null without such a request. The
-- statement only reads. Index: ix_jobs_running, an entry per running job.
SELECT max(cancel_requested_at) FROM ix_jobs INDEXED BY ix_jobs_running WHERE status = 'running';
