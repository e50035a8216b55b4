-- find_due: counts due pending jobs, up to a limit. The statement only reads, so that a poll without due jobs takes
-- no lock. Index: ix_jobs_due.
-- ?1 now, ?2 limit
SELECT count(*) FROM (
    SELECT 1 FROM ix_jobs WHERE status = 'pending' AND coalesce(run_at, created_at) <= ?1 LIMIT ?2);
