-- ix_jobs_due: the claim's order, of the jobs that a claim may take, and no wider than the order needs.
-- No index names status, claim_id, daemon_id or a time of the run, so an end changes no index (a HOT update).
-- No statement may have a second plan whose cost grows with unrelated rows, whatever the statistics say. So the second half
-- of each predicate, true of every row, keeps the statements of one index from the other: a statement says the half of
-- the index which it should take.
CREATE INDEX ix_jobs_due ON ix_jobs (due_at, job_id)
    WHERE due_at IS NOT NULL AND (run_at IS NULL OR run_at IS NOT NULL);
