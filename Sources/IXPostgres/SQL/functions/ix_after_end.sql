-- ix_after_end: writes the effects of jobs' ends beside the jobs' rows, and is the only writer of such effects: the callback,
-- which becomes due, and the note for dependent jobs. Jobs without effects, jobs that have not ended, and effects that are
-- written already are left out. Requires: the caller's transaction has ended the jobs, or adopts their ends.
-- `tell` is true where no daemon learns of the end otherwise. The function then notifies the daemons, at the commit: of
-- callbacks, and of jobs, because a dependent job may start.
-- Returns the jobs whose callbacks became due. Index: the primary key. Plans are generic, because the server would make plans anew for
-- each array of one job, which costs more than the end.
CREATE OR REPLACE FUNCTION ix_after_end(job_ids uuid[], tell boolean) RETURNS SETOF uuid
    LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan SET search_path FROM CURRENT AS $$
#variable_conflict use_column
DECLARE
    parents uuid[];
    owed    uuid[];
BEGIN
    SELECT pg_catalog.array_agg(j.job_id) FILTER (WHERE j.has_dependents),
           pg_catalog.array_agg(j.job_id) FILTER (WHERE j.callback_url IS NOT NULL) INTO parents, owed
      FROM ix_jobs j WHERE j.job_id = ANY ($1) AND j.status COLLATE "C" IN ('done', 'error');
    IF parents IS NOT NULL THEN
        INSERT INTO ix_ended (job_id) SELECT u.id FROM pg_catalog.unnest(parents) AS u (id);
        IF $2 THEN
            PERFORM ix_notify('ix_jobs', '');
        END IF;
    END IF;
    IF owed IS NULL THEN
        RETURN;
    END IF;
    RETURN QUERY
    INSERT INTO ix_callbacks AS c (job_id, client_id, url, status, body, ended_at)
    SELECT j.job_id, pg_catalog.left(coalesce(j.client_id, ''), 255), j.callback_url, j.status, j.response::text,
           coalesce(j.finished_at, pg_catalog.now())
      FROM ix_jobs j
     WHERE j.job_id = ANY (owed)
     ORDER BY j.job_id
        ON CONFLICT DO NOTHING
    RETURNING c.job_id;
    IF FOUND AND $2 THEN
        PERFORM ix_notify('ix_callbacks', '');
    END IF;
END $$;
