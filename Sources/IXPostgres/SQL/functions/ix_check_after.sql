-- ix_check_after: raises the reason why a job can't depend on the jobs of `after`; returns the parents: the jobs that have not
-- ended, and the jobs whose error fails the new job. Null without parents. Jobs of further clients are unknown here. The function
-- locks no row, so that no caller holds up an end; ix_release finds the ends that come meanwhile.
-- Index: the primary key, a look for each job.
CREATE OR REPLACE FUNCTION ix_check_after(client_id text, after uuid[], on_failure text) RETURNS uuid[]
    LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
#variable_conflict use_column
DECLARE
    ids     uuid[] := ARRAY(SELECT DISTINCT u.id FROM unnest($2) AS u (id));
    unknown uuid;
    parents uuid[];
BEGIN
    IF $3 IS NOT NULL AND $2 IS NULL THEN
        RAISE EXCEPTION 'on_failure: goes with after alone' USING ERRCODE = '22023';
    ELSIF $3 NOT IN ('fail', 'run') THEN
        RAISE EXCEPTION 'on_failure: must be fail or run' USING ERRCODE = '22023';
    ELSIF cardinality(ids) > 1000 THEN
        RAISE EXCEPTION 'after: over 1000 jobs' USING ERRCODE = '22023';
    ELSIF array_position(ids, NULL) IS NOT NULL THEN
        RAISE EXCEPTION 'after: holds null' USING ERRCODE = '22023';
    END IF;
    SELECT min(s.id::text) FILTER (WHERE s.status IS NULL),
           array_agg(s.id) FILTER (WHERE s.status IN ('pending', 'running') OR s.status = 'error' AND coalesce($3, 'fail') = 'fail')
      INTO unknown, parents
      FROM (SELECT u.id, (SELECT j.status FROM ix_jobs j WHERE j.job_id = u.id AND j.client_id = $1) AS status FROM unnest(ids) AS u (id)) AS s;
    IF unknown IS NOT NULL THEN
        RAISE EXCEPTION 'after: the client has no job %', unknown USING ERRCODE = '22023';
    END IF;
    RETURN parents;
END $$;
