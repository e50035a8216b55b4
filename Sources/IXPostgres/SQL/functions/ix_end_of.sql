-- ix_end_of: returns a job's status, and the response once the job has ended; no row for an unknown job.
--
-- SELECT status, response FROM ix_end_of('6f9619ff-8b86-4011-b42d-00c04fc964ff');
--
-- Index: the primary key. The response is read only at the end.
CREATE OR REPLACE FUNCTION ix_end_of(job_id uuid) RETURNS TABLE (status text, response jsonb)
    LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
    SELECT j.status::text, CASE WHEN j.status IN ('done', 'error') THEN j.response END
      FROM ix_jobs j
     WHERE j.job_id = $1 AND (NOT EXISTS (SELECT 1 FROM ix_client_roles) OR ix_may_name(j.client_id))
$$;
