-- ix_resubmit: inserts a new job with an ended job's request, linked by resubmit_of; the ended row stays unchanged.
--
-- SELECT * FROM ix_resubmit('6f9619ff-8b86-d011-b42d-00c04fc964ff');
--
-- result: resubmitted; duplicate (a job exists under the new request_id already, perhaps from an earlier call);
-- not_ended; not_found. new_job_id, new_ix_id and status belong to the new job, or for not_ended to the given job.
-- Without a request_id the new request_id is the old request_id, `~` and the first 8 characters of the old job_id. So
-- a second call finds the first call's job.
-- The new job's trace_context holds no place of a caller, and behind two empty lines the old job's: the traceparent of its
-- last start (of its caller for a job that never ran, empty without either), and its id. The span of a start of the new
-- job links to that place.
CREATE OR REPLACE FUNCTION ix_resubmit(job_id uuid, request_id text DEFAULT NULL)
RETURNS TABLE (result text, new_job_id uuid, new_ix_id text, status text)
    LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
#variable_conflict use_column
DECLARE
    old   ix_jobs;
    new   record;
    key   text;
    spare integer;
    line  ix_queues;
    claim text;
    place text;
BEGIN
    SELECT j.* INTO old FROM ix_jobs j WHERE j.job_id = $1
       AND (NOT EXISTS (SELECT 1 FROM ix_client_roles) OR ix_may_name(j.client_id));
    IF NOT FOUND THEN
        RETURN QUERY SELECT 'not_found'::text, NULL::uuid, NULL::text, NULL::text;
        RETURN;
    ELSIF old.status NOT IN ('done', 'error') THEN
        RETURN QUERY SELECT 'not_ended'::text, old.job_id, old.ix_id::text, old.status::text;
        RETURN;
    END IF;
    IF old.client_id = 'schedule' AND $2 IS NOT NULL THEN   -- else it might be the key of a moment that comes
        RAISE EXCEPTION 'request_id: of a job of a schedule, only the default is taken' USING ERRCODE = '22023';
    END IF;
    key := coalesce($2, old.request_id || '~' || pg_catalog.left(old.job_id::text, 8));
    -- Hand-backs that weren't the job's fault had raised the limit of starts.
    SELECT coalesce(pg_catalog.sum(a.starts), 0) INTO spare FROM ix_attempts a
     WHERE a.job_id = $1 AND a.outcome IN ('shutdown', 'lost_claim', 'unstarted', 'suspect', 'lease_lost');
    SELECT q.* INTO line FROM ix_queues q WHERE q.queue = old.queue;
    IF old.client_id = 'schedule' THEN
        SELECT i.* INTO new
          FROM ix_insert_scheduled(old.request - 'ix_id', old.callback_url::text, key,
                                   CASE WHEN (SELECT q.strict FROM ix_queues q WHERE q.queue = old.queue) THEN 0 ELSE greatest(least(old.priority, 1000), -1000) END,
                                   CASE WHEN old.max_attempts > 0 THEN least(greatest(old.max_attempts - spare, 1), 1000000) ELSE 0 END,
                                   CASE WHEN old.queue <> old.use_case THEN line.queue END,
                                   CASE WHEN line.group_by IS NULL THEN old.group_key END) AS i;
    ELSE
        SELECT e.* INTO new
          FROM ix_enqueue(request => (old.request - 'ix_id') || pg_catalog.jsonb_build_object('request_id', key),
                          callback_url => old.callback_url::text,
                          use_case => coalesce(old.use_case, old.request ->> 'use_case')::text,
                          client_id => old.client_id::text, request_id => key,
                          priority => CASE WHEN (SELECT q.strict FROM ix_queues q WHERE q.queue = old.queue) THEN 0 ELSE greatest(least(old.priority, 1000), -1000) END,
                          queue => CASE WHEN old.queue <> old.use_case THEN line.queue END,
                          group_key => CASE WHEN line.group_by IS NULL THEN old.group_key END,
                          max_attempts => CASE WHEN old.max_attempts > 0 THEN least(greatest(old.max_attempts - spare, 1), 1000000)
                                               ELSE 0 END) AS e;
    END IF;
    claim := coalesce(old.finished_claim, old.claim_id)::text;
    place := pg_catalog.substring(old.trace_context, '^(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}');
    IF claim IS NOT NULL THEN
        place := '00-' || coalesce(pg_catalog.substr(place, 4, 32), pg_catalog.replace(old.job_id::text, '-', '')) || '-'
                 || pg_catalog.right(pg_catalog.replace(claim, '-', ''), 16) || '-01';
    END IF;
    UPDATE ix_jobs j
       SET resubmit_of = old.job_id, trace_context = pg_catalog.concat_ws(E'\n', '', '', coalesce(place, ''), old.job_id)
     WHERE j.job_id = new.job_id AND NOT new.duplicate;
    RETURN QUERY SELECT CASE WHEN new.duplicate THEN 'duplicate' ELSE 'resubmitted' END, new.job_id, new.ix_id, new.status;
END $$;
