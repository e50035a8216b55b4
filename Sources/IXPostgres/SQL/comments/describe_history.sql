-- describe_history: what `psql \d+` and docs/sql.md say of the tables of 0007: errors, history, levels.
-- Applied by `ix-worker migrate` when a text has changed.

COMMENT ON TABLE ix_errors IS 'Jobs that ended in error, for lists and counts at any size of ix_jobs.';
COMMENT ON COLUMN ix_errors.created_at IS 'The job''s created_at.';
COMMENT ON COLUMN ix_errors.job_id IS 'The job.';
COMMENT ON COLUMN ix_errors.use_case IS 'The use case.';
COMMENT ON COLUMN ix_errors.code IS 'The error''s code.';

COMMENT ON TABLE ix_history IS 'Sums and levels by minute, hour and day.';
COMMENT ON COLUMN ix_history.step IS 'Seconds of the bucket: 60, 3600 or 86400.';
COMMENT ON COLUMN ix_history.bucket IS 'Begin of the bucket.';
COMMENT ON COLUMN ix_history.use_case IS 'The use case.';
COMMENT ON COLUMN ix_history.claimed IS 'Jobs that were claimed.';
COMMENT ON COLUMN ix_history.done IS 'Jobs that ended as done.';
COMMENT ON COLUMN ix_history.error IS 'Jobs that ended in error.';
COMMENT ON COLUMN ix_history.handed_back IS 'Jobs that went back.';
COMMENT ON COLUMN ix_history.wait_seconds IS 'Sum of the waits from due to claim.';
COMMENT ON COLUMN ix_history.run_seconds IS 'Sum of the runs.';
COMMENT ON COLUMN ix_history.waits IS 'Counts of waits, by the buckets of ix_job_wait_seconds.';
COMMENT ON COLUMN ix_history.runs IS 'Counts of runs, by the buckets of ix_job_run_seconds.';
COMMENT ON COLUMN ix_history.due_most IS 'Most due jobs at a look.';
COMMENT ON COLUMN ix_history.running_most IS 'Most running jobs at a look.';
COMMENT ON COLUMN ix_history.oldest_most IS 'Greatest age of the oldest due job at a look, in seconds.';

COMMENT ON TABLE ix_history_errors IS 'Errors by code, in the buckets of ix_history.';
COMMENT ON COLUMN ix_history_errors.step IS 'Seconds of the bucket.';
COMMENT ON COLUMN ix_history_errors.bucket IS 'Begin of the bucket.';
COMMENT ON COLUMN ix_history_errors.use_case IS 'The use case.';
COMMENT ON COLUMN ix_history_errors.code IS 'The error''s code; `other` beyond a limited number of codes.';
COMMENT ON COLUMN ix_history_errors.count IS 'Jobs that ended with the code.';

COMMENT ON TABLE ix_levels IS 'The queue''s levels at the newest look, in a single row.';
COMMENT ON COLUMN ix_levels.one IS 'True; keeps the row single.';
COMMENT ON COLUMN ix_levels.looked_at IS 'Time of the look.';
COMMENT ON COLUMN ix_levels.daemon_id IS 'The daemon that looked.';
COMMENT ON COLUMN ix_levels.levels IS 'The levels, as one document.';
