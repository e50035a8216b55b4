-- ix_reschedule: gives a pending job another time, another priority, or both. A null time keeps the time, 'infinity' keeps
-- the job waiting; a null priority keeps the priority. A job that gets a priority stands in the line of its use case from
-- then on. Returns the status of a job that isn't pending, `rescheduled`, or not_found.
CREATE OR REPLACE FUNCTION ix_reschedule(job_id uuid, run_at timestamptz, priority integer) RETURNS text
    LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
#variable_conflict use_column
DECLARE
    job ix_jobs;
BEGIN
    IF $3 NOT BETWEEN -1000 AND 1000 THEN
        RAISE EXCEPTION 'priority: must be -1000 to 1000' USING ERRCODE = '22023';
    ELSIF NOT ix_is_time($2) THEN
        RAISE EXCEPTION 'run_at: is not in the years 1 to 9999' USING ERRCODE = '22023';
    END IF;
    SELECT j.* INTO job FROM ix_jobs j WHERE j.job_id = $1
       AND (NOT EXISTS (SELECT 1 FROM ix_client_roles) OR ix_may_name(j.client_id)) FOR UPDATE;
    IF NOT FOUND THEN
        RETURN 'not_found';
    ELSIF job.status <> 'pending' THEN
        RETURN job.status;
    ELSIF $3 <> 0 AND EXISTS (SELECT 1 FROM ix_queues q WHERE q.queue = job.queue AND q.strict) THEN
        RAISE EXCEPTION 'priority: must be 0 in queue %, which is strict', job.queue USING ERRCODE = '22023';
    END IF;
    UPDATE ix_jobs j
       SET run_at = coalesce($2, j.run_at), priority = coalesce($3, j.priority),
           queue = CASE WHEN j.queue IS NULL AND $3 <> 0 THEN j.use_case ELSE j.queue END
     WHERE j.job_id = $1;
    IF $2 <= pg_catalog.now() OR $3 IS NOT NULL THEN
        PERFORM ix_notify('ix_jobs', '');
    END IF;
    RETURN 'rescheduled';
END $$;
