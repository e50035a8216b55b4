-- ix_check_after: raises the reason why a job can't depend on the jobs of `after`. Jobs of further clients are unknown here.
-- Index: the primary key, a look for each job.
CREATE OR REPLACE FUNCTION ix_check_after(client_id text, after uuid[], on_failure text) RETURNS void
    LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
#variable_conflict use_column
DECLARE
    ids     uuid[] := ARRAY(SELECT DISTINCT u.id FROM unnest($2) AS u (id));
    unknown text;
BEGIN
    IF $3 IS NOT NULL AND $2 IS NULL THEN
        RAISE EXCEPTION 'on_failure: goes with after alone' USING ERRCODE = '22023';
    ELSIF $3 NOT IN ('fail', 'run') THEN
        RAISE EXCEPTION 'on_failure: must be fail or run' USING ERRCODE = '22023';
    ELSIF cardinality(ids) > 1000 THEN
        RAISE EXCEPTION 'after: over 1000 jobs' USING ERRCODE = '22023';
    ELSIF array_ndims($2) > 1 THEN
        RAISE EXCEPTION 'after: has % dimensions, limit 1', array_ndims($2) USING ERRCODE = '22023';
    ELSIF array_position(ids, NULL) IS NOT NULL THEN
        RAISE EXCEPTION 'after: holds null' USING ERRCODE = '22023';
    END IF;
    unknown := (SELECT min(u.id::text) FROM unnest(ids) AS u (id)
                 WHERE (SELECT j.job_id FROM ix_jobs j WHERE j.job_id = u.id AND j.client_id = $1) IS NULL);
    IF unknown IS NOT NULL THEN
        RAISE EXCEPTION 'after: the client has no job %', unknown USING ERRCODE = '22023';
    END IF;
END $$;
