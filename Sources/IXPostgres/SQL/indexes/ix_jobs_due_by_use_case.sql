-- ix_jobs_due_by_use_case: the claim's order within a use case, for a daemon that may not take jobs of every use case.
-- The second half of the predicate, true of every row, keeps statements of other indexes from this index, as in
-- ix_jobs_due.
CREATE INDEX ix_jobs_due_by_use_case ON ix_jobs (use_case COLLATE "C", due_at, job_id)
    WHERE due_at IS NOT NULL AND (use_case IS NULL OR use_case IS NOT NULL);
