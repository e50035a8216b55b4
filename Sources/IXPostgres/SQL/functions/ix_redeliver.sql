-- ix_redeliver: requests another delivery of an ended job's callback, from the first step of the schedule. The
-- callback may have failed, may have been received and lost there, or may never have been due. The delivery has the
-- old id and identical bytes.
--
-- SELECT * FROM ix_redeliver('6f9619ff-8b86-d011-b42d-00c04fc964ff');
--
-- result: due; under_way (a daemon is delivering the callback now); no_url (the job has no callback URL); not_ended;
-- not_found.
CREATE OR REPLACE FUNCTION ix_redeliver(job_id uuid) RETURNS text
    LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
#variable_conflict use_column
DECLARE
    job ix_jobs;
BEGIN
    -- The lock keeps the job from being pruned before the request commits; no write of a daemon waits for the lock.
    SELECT j.* INTO job FROM ix_jobs j WHERE j.job_id = $1
       AND (NOT EXISTS (SELECT 1 FROM ix_client_roles) OR ix_may_name(j.client_id)) FOR KEY SHARE;
    IF NOT FOUND THEN
        RETURN 'not_found';
    ELSIF job.status NOT IN ('done', 'error') THEN
        RETURN 'not_ended';
    ELSIF job.callback_url IS NULL THEN
        RETURN 'no_url';
    END IF;
    IF EXISTS (SELECT 1 FROM ix_callbacks c WHERE c.job_id = $1 AND c.state = 'due' AND c.claim_id IS NOT NULL
                  AND c.due_at > pg_catalog.now()) THEN
        RETURN 'under_way';
    END IF;
    INSERT INTO ix_redeliveries (job_id) VALUES ($1) ON CONFLICT DO NOTHING;
    PERFORM ix_notify('ix_callbacks', '');
    RETURN 'due';
END $$;
