-- find_due: how many jobs wait whose time has come, counted up to a limit. Reads only, so that looking for work when
-- there is none takes no lock. Index: ix_jobs_due.
-- ?1 now, ?2 limit
SELECT count(*) FROM (
    SELECT 1 FROM ix_jobs WHERE status = 'pending' AND coalesce(run_at, created_at) <= ?1 LIMIT ?2);
