-- ix_cancel: cancels a job that has not ended. For every language, in the caller's own transaction.
--
-- SELECT * FROM ix_cancel('6f9619ff-8b86-d011-b42d-00c04fc964ff');
--
-- result: cancelled (the job was pending, and is now error, code `cancelled`); cancelling (the job runs: its daemon
-- stops the run, and the job ends as cancelled regardless of the run's result); ended (the job had ended before);
-- not_found. `status` is the row's status now.
-- The row is locked first, so that a claim, an end and a cancel each see the result of the earlier. A job with a
-- callback URL gets a due callback at its end: callback_status stays null.
CREATE OR REPLACE FUNCTION ix_cancel(job_id uuid) RETURNS TABLE (result text, status text)
    LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
#variable_conflict use_column
DECLARE
    job ix_jobs;
BEGIN
    -- FOR UPDATE: no other transaction can change the status between this read and the update below. An ended job
    -- keeps its status and isn't locked, because its daemon may have a callback's result to write.
    SELECT j.* INTO job FROM ix_jobs j WHERE j.job_id = $1 AND j.status NOT IN ('done', 'error')
       AND (NOT EXISTS (SELECT 1 FROM ix_client_roles) OR ix_may_name(j.client_id)) FOR UPDATE;
    IF NOT FOUND THEN
        SELECT j.* INTO job FROM ix_jobs j WHERE j.job_id = $1
           AND (NOT EXISTS (SELECT 1 FROM ix_client_roles) OR ix_may_name(j.client_id));
    END IF;
    IF job.job_id IS NULL THEN
        RETURN QUERY SELECT 'not_found'::text, NULL::text;
    ELSIF job.status = 'pending' OR (job.status = 'running' AND job.claim_id IS NULL) THEN
        -- A legacy worker can't be told to stop; its later write is refused.
        UPDATE ix_jobs j
           SET status = 'error', finished_at = pg_catalog.now(),
               response = ix_error(j, 'cancelled', CASE j.status WHEN 'pending' THEN 'cancelled before it was started'
                                                                 ELSE 'cancelled while it ran' END)
         WHERE j.job_id = $1
        RETURNING j.* INTO job;
        IF job.callback_url IS NOT NULL AND job.status = 'error' THEN
            INSERT INTO ix_callbacks (job_id, client_id, url, status, body)
            VALUES (job.job_id, pg_catalog.left(coalesce(job.client_id, ''), 255), job.callback_url, job.status, job.response::text) ON CONFLICT DO NOTHING;
            PERFORM ix_notify('ix_callbacks', '');
        END IF;
        RETURN QUERY SELECT 'cancelled'::text, 'error'::text;
    ELSIF job.status = 'running' THEN
        UPDATE ix_jobs j SET cancel_requested_at = coalesce(j.cancel_requested_at, pg_catalog.now())
         WHERE j.job_id = $1;
        PERFORM ix_notify('ix_cancels', '');
        RETURN QUERY SELECT 'cancelling'::text, 'running'::text;
    ELSE
        RETURN QUERY SELECT 'ended'::text, job.status::text;
    END IF;
END $$;
