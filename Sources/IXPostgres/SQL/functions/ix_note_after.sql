-- ix_note_after: notes the parents of a new dependent job, which was inserted waiting; ix_release marks the parents with the next
-- pass. Parents that ended well are passed over; a job without others waits no more. Raises ix_check_after's refusals. Returns the
-- number of parents. The function locks no parent, so that no caller holds up an end; ix_release finds the ends that come meanwhile.
-- Index: the primary key, a look for each parent. A generic plan, because the server would make a plan anew for each array.
CREATE OR REPLACE FUNCTION ix_note_after(job_id uuid, client_id text, after uuid[], on_failure text) RETURNS bigint
    LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan SET search_path FROM CURRENT AS $$
#variable_conflict use_column
DECLARE
    unknown text;
    parents bigint;
BEGIN
    -- array_position takes one dimension alone.
    IF NOT coalesce(coalesce($4 IN ('fail', 'run'), true) AND cardinality($3) <= 1000
                    AND CASE WHEN array_ndims($3) = 1 THEN array_position($3, NULL) IS NULL ELSE cardinality($3) = 0 END, false) THEN
        PERFORM ix_check_after($2, $3, $4);
    END IF;
    WITH near AS MATERIALIZED (
        SELECT u.id, (SELECT j.status FROM ix_jobs j WHERE j.job_id = u.id AND j.client_id = $2) AS status FROM unnest($3) AS u (id)),
    noted AS (
        INSERT INTO ix_dependencies (job_id, after_job, on_failure)
        SELECT $1, n.id, coalesce($4, 'fail') FROM near n
         WHERE n.status IN ('pending', 'running') OR n.status = 'error' AND coalesce($4, 'fail') = 'fail'
            ON CONFLICT DO NOTHING
        RETURNING 1),
    told AS (INSERT INTO ix_ended (job_id) SELECT $1 WHERE EXISTS (SELECT 1 FROM noted))
    SELECT (SELECT min(n.id::text) FROM near n WHERE n.status IS NULL), (SELECT count(*) FROM noted) INTO unknown, parents;
    IF unknown IS NOT NULL THEN
        RAISE EXCEPTION 'after: the client has no job %', unknown USING ERRCODE = '22023';
    ELSIF parents = 0 THEN
        UPDATE ix_jobs j SET waits = NULL WHERE j.job_id = $1 AND j.waits;
    END IF;
    RETURN parents;
END $$;
