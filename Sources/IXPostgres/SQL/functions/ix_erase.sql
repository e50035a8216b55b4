-- ix_erase: deletes an ended job together with everything kept about it, whatever its age, its receipt included.
--
-- result: erased; callback_due (its callback is still to be delivered); pending or running (the job has not ended);
-- not_found.
CREATE OR REPLACE FUNCTION ix_erase(job_id uuid) RETURNS text
    LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
#variable_conflict use_column
DECLARE
    job ix_jobs;
BEGIN
    SELECT j.* INTO job FROM ix_jobs j WHERE j.job_id = $1 FOR UPDATE;
    IF NOT FOUND THEN
        RETURN 'not_found';
    ELSIF job.status NOT IN ('done', 'error') THEN
        RETURN job.status;
    ELSIF EXISTS (SELECT 1 FROM ix_callbacks c WHERE c.job_id = $1 AND c.state = 'due')
       OR EXISTS (SELECT 1 FROM ix_redeliveries r WHERE r.job_id = $1) THEN
        RETURN 'callback_due';
    END IF;
    -- A dependent job learns of the end. The entry of a failed parent stays, because a parent without a row counts as failed.
    WITH over AS (
        DELETE FROM ix_dependencies d WHERE d.after_job = $1 AND (job.status = 'done' OR d.on_failure = 'run') RETURNING d.job_id)
    INSERT INTO ix_ended (job_id) SELECT o.job_id FROM over o;
    DELETE FROM ix_dependencies d WHERE d.job_id = $1;
    DELETE FROM ix_jobs j WHERE j.job_id = $1;
    DELETE FROM ix_errors e WHERE e.created_at = job.created_at AND e.job_id = $1;
    DELETE FROM ix_lines l WHERE l.job_id = $1;
    DELETE FROM ix_attempts a WHERE a.job_id = $1;
    DELETE FROM ix_progress p WHERE p.job_id = $1;
    DELETE FROM ix_deliveries d WHERE d.job_id = $1;
    DELETE FROM ix_callbacks c WHERE c.job_id = $1;
    DELETE FROM ix_receipts r WHERE r.pair = ix_pair(job.client_id, job.request_id);
    RETURN 'erased';
END $$;
