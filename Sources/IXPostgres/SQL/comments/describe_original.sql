-- describe_original: what `psql \d+` and docs/sql.md say of the original columns of ix_jobs. A table that existed before the
-- migration keeps the descriptions of its owner, whose own schema tool compares them; the migration marks the table that it
-- made by the table's description.
DO $$
BEGIN
    IF obj_description('ix_jobs'::regclass, 'pg_class') LIKE 'Jobs of ix-worker%' THEN
        COMMENT ON COLUMN ix_jobs.job_id IS 'The job''s id.';
        COMMENT ON COLUMN ix_jobs.ix_id IS '16 hexadecimal characters that tag every line of the log about the job; assigned at the insert.';
        COMMENT ON COLUMN ix_jobs.client_id IS 'The customer or service that the job belongs to; in a request `ix_client_id`.';
        COMMENT ON COLUMN ix_jobs.request_id IS 'The client''s own id for the job; unique together with client_id.';
        COMMENT ON COLUMN ix_jobs.status IS 'pending, running, done or error.';
        COMMENT ON COLUMN ix_jobs.request IS 'The request: an object of the caller''s, 1 MiB at most.';
        COMMENT ON COLUMN ix_jobs.response IS 'The response: an object of the pipeline''s, 4 MiB at most; null until the end.';
        COMMENT ON COLUMN ix_jobs.callback_url IS 'URL to which the response is posted at the end; null for none.';
        COMMENT ON COLUMN ix_jobs.callback_status IS 'Null until the callback is delivered or failed.';
        COMMENT ON COLUMN ix_jobs.attempts IS 'Starts after which the job went back.';
        COMMENT ON COLUMN ix_jobs.created_at IS 'Time of the insert.';
        COMMENT ON COLUMN ix_jobs.started_at IS 'Time of the newest claim.';
        COMMENT ON COLUMN ix_jobs.finished_at IS 'Time of the end.';
    END IF;
END $$;
