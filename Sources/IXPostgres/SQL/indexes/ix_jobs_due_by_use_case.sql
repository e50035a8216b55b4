-- ix_jobs_due_by_use_case: the claim's order within a use case, for a daemon that may not take jobs of every use case.
-- No statement may have a second plan whose cost grows with unrelated rows, whatever the statistics say. So each
-- predicate repeats the words of its statements. COLLATE "C" keeps the statements of this index from ix_jobs_due,
-- and the statements of ix_jobs_due from this index. The second half of the predicate, true of every row, keeps
-- statements without a use case from this index.
CREATE INDEX ix_jobs_due_by_use_case ON ix_jobs (use_case, (coalesce(run_at, created_at)), job_id)
    WHERE status = 'pending' COLLATE "C" AND (use_case IS NULL OR use_case IS NOT NULL);
