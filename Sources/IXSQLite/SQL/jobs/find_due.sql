-- find_due: counts due pending jobs, up to a limit; a job in line counts, too, although the job may wait for a place, and so
-- does a note for the release of dependent jobs. The statement only reads, so that a poll without due jobs takes no lock.
-- Index: ix_jobs_due, ix_lines_line and ix_lines_asleep.
-- ?1 now, ?2 limit
SELECT count(*) FROM (
    SELECT 1 FROM ix_jobs WHERE status = 'pending' AND queue IS NULL AND waits IS NULL AND coalesce(run_at, created_at) <= ?1
     UNION ALL
    SELECT 1 FROM ix_lines WHERE turn IS NULL AND asleep IS NULL
     UNION ALL
    SELECT 1 FROM ix_lines WHERE asleep <= ?1
     UNION ALL
    SELECT 1 FROM ix_ended
     LIMIT ?2);
