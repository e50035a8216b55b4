-- has_plain: true when a plain job of the use case is due. Index: ix_jobs_due_by_use_case.
-- ?1 use case, ?2 now
SELECT EXISTS (SELECT 1 FROM ix_jobs
                WHERE status = 'pending' AND use_case = ?1 AND coalesce(run_at, created_at) <= ?2 AND queue IS NULL AND waits IS NULL) AS has_plain;
