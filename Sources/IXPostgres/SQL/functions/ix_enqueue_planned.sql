-- ix_enqueue_planned: inserts a job with a dedupe_key, with parents, or into a batch. Only ix_enqueue calls the function, after the check of the
-- further arguments. The answer is ix_enqueue's.
--
-- The job goes in as a plain job, and waits before the transaction ends, so that no claim sees the plain job.
CREATE OR REPLACE FUNCTION ix_enqueue_planned(
    request jsonb, callback_url text, use_case text, client_id text, request_id text, run_at timestamptz, priority integer,
    max_attempts integer, expires_at timestamptz, traceparent text, queue text, group_key text, tracestate text,
    dedupe_key text, dedupe text, dedupe_seconds double precision, after uuid[], on_failure text, batch_id uuid)
RETURNS TABLE (job_id uuid, ix_id text, status text, duplicate boolean, differs boolean, replaces uuid)
    LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
#variable_conflict use_column
DECLARE
    parents  uuid[];
    rule     text;
    has_key  boolean := num_nonnulls($14, $15, $16) > 0;
    plan     record;
    start_at timestamptz := $6;
    -- A repeat gets the job, also when a parent or the job is gone.
    is_there boolean := EXISTS (SELECT 1 FROM ix_jobs j WHERE j.client_id = $4 AND j.request_id = $5)
                        OR EXISTS (SELECT 1 FROM ix_receipts r WHERE r.pair = ix_pair($4, $5));
BEGIN
    IF NOT is_there THEN
        parents := ix_check_after($4, $17, $18);
        IF $19 IS NOT NULL THEN
            rule := ix_check_batch($4, $19);
        END IF;
        IF has_key THEN
            SELECT d.* INTO plan FROM ix_dedupe($4, $5, $3, $14, $15, $16, $6) AS d;
            IF plan.answer IS NOT NULL THEN
                RETURN QUERY SELECT plan.answer, j.ix_id::text, j.status::text, true, false, NULL::uuid
                               FROM (SELECT 1) AS one LEFT JOIN ix_jobs j ON j.job_id = plan.answer;
                RETURN;
            END IF;
            start_at := plan.run_at;
        END IF;
    END IF;
    SELECT e.job_id, e.ix_id, e.status, e.duplicate, e.differs INTO job_id, ix_id, status, duplicate, differs
      FROM ix_enqueue($1, $2, $3, $4, $5, start_at, $7, $8, $9, $10, $11, $12, $13) AS e;
    IF is_there OR duplicate THEN
        -- The job that is there joins no batch.
        differs := differs OR $19 IS NOT NULL AND coalesce(
            (SELECT j.batch_id IS DISTINCT FROM $19 FROM ix_jobs j WHERE j.client_id = $4 AND j.request_id = $5), false);
        RETURN NEXT;
        RETURN;
    END IF;
    IF parents IS NOT NULL THEN
        UPDATE ix_jobs j SET waits = true WHERE j.job_id = ix_enqueue_planned.job_id;
        PERFORM ix_note_after(job_id, parents, $18);
    END IF;
    IF $19 IS NOT NULL THEN
        PERFORM ix_join_batch(job_id, $19, rule);
    END IF;
    IF has_key THEN
        replaces := ix_note_dedupe(job_id, $4, $3, $14, $16, plan.since, plan.pending_job);
    END IF;
    RETURN NEXT;
END $$;
