-- ix_after_end: writes the effects of jobs' ends beside the jobs' rows, and is the only writer of such effects: the callback,
-- which becomes due, and the note for dependent jobs. Jobs without effects, jobs that have not ended, and effects that are
-- written already are left out. Requires: the caller's transaction has ended the jobs, or adopts their ends.
-- `tell` is true where no daemon learns of the end otherwise. The function then notifies the daemons, at the commit: of
-- callbacks, and of jobs, because a dependent job may start.
-- Returns the jobs whose callbacks became due. Index: the primary key.
CREATE OR REPLACE FUNCTION ix_after_end(job_ids uuid[], tell boolean) RETURNS SETOF uuid
    LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
#variable_conflict use_column
BEGIN
    INSERT INTO ix_ended (job_id)
    SELECT j.job_id FROM ix_jobs j WHERE j.job_id = ANY ($1) AND j.status COLLATE "C" IN ('done', 'error') AND j.has_dependents;
    IF FOUND AND $2 THEN
        PERFORM ix_notify('ix_jobs', '');
    END IF;
    RETURN QUERY
    INSERT INTO ix_callbacks AS c (job_id, client_id, url, status, body, ended_at)
    SELECT j.job_id, pg_catalog.left(coalesce(j.client_id, ''), 255), j.callback_url, j.status, j.response::text,
           coalesce(j.finished_at, pg_catalog.now())
      FROM ix_jobs j
     WHERE j.job_id = ANY ($1) AND j.status COLLATE "C" IN ('done', 'error') AND j.callback_url IS NOT NULL
     ORDER BY j.job_id
        ON CONFLICT DO NOTHING
    RETURNING c.job_id;
    IF FOUND AND $2 THEN
        PERFORM ix_notify('ix_callbacks', '');
    END IF;
END $$;
