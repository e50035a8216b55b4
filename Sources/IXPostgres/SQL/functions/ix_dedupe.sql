-- ix_dedupe: decides about a new job with a dedupe_key. Only callers with the same client, use case and key wait for each
-- other, until the end of their transactions.
--
-- is_refused: ix_check_dedupe refuses the arguments; a repeat gets its job all the same.
-- answer: the job that answers for the request, so that no job goes in: with skip a pending or running job, with throttle a job
-- of the last dedupe_seconds. ix_receipts keeps the pair of keys, so that a repeat of the request gets an equal answer, however
-- the job goes on. pending_job: with replace, the pending job whose place the new job takes; since: the time of the row's first
-- job, from which dedupe_seconds bound the new run_at. The caller checks the request before it tells of the answer.
-- Index: the primary keys; ix_jobs by client_id and request_id.
CREATE OR REPLACE FUNCTION ix_dedupe(client_id text, request_id text, use_case text, dedupe_key text, dedupe text, dedupe_seconds double precision,
                          INOUT run_at timestamptz, OUT answer uuid, OUT pending_job uuid, OUT since timestamptz, OUT is_refused boolean)
    LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
#variable_conflict use_column
DECLARE
    span   interval;
    newest ix_dedupes;
    moment timestamptz;
BEGIN
    IF NOT coalesce(octet_length($4) BETWEEN 1 AND 255 AND NOT ix_has_controls($4) AND coalesce($6 BETWEEN 0.001 AND 31536000, true)
                    AND CASE coalesce($5, 'skip') WHEN 'skip' THEN $6 IS NULL WHEN 'throttle' THEN $6 IS NOT NULL ELSE $5 = 'replace' END,
                    false) THEN
        is_refused := true;
        RETURN;
    END IF;
    -- Always false. As a condition the lock costs less than as a statement, and the next statement's snapshot comes behind it.
    IF pg_advisory_xact_lock(hashtextextended(concat_ws(chr(31), 'ix_dedupes'::regclass::oid, $1, $3, $4), 0)) IS NULL THEN
        RETURN;
    END IF;
    SELECT d.* INTO newest FROM ix_dedupes d WHERE d.client_id = $1 AND d.use_case = $3 AND d.dedupe_key = $4;
    IF NOT FOUND THEN
        RETURN;   -- the insert finds a job or a receipt of the request
    END IF;
    IF EXISTS (SELECT 1 FROM ix_jobs j WHERE j.client_id = $1 AND j.request_id = $2)
       OR EXISTS (SELECT 1 FROM ix_receipts r WHERE r.pair = ix_pair($1, $2)) THEN
        RETURN;   -- the insert finds it
    END IF;
    moment := clock_timestamp();
    span := $6 * interval '1 s';
    IF $5 = 'throttle' THEN
        -- A moment further ahead comes from a clock that was set back since.
        answer := CASE WHEN newest.at > moment - span AND newest.at < moment + span THEN newest.job_id END;
    ELSIF $5 = 'replace' THEN
        -- The lock is kept until the end of the transaction, so that no claim takes the job meanwhile.
        SELECT j.job_id INTO pending_job FROM ix_jobs j WHERE j.job_id = newest.job_id AND j.status = 'pending' COLLATE "C" FOR UPDATE;
        since := CASE WHEN FOUND THEN newest.at END;
        run_at := CASE WHEN $7 > since + span THEN since + span ELSE $7 END;
    ELSE
        answer := (SELECT j.job_id FROM ix_jobs j WHERE j.job_id = newest.job_id AND j.status COLLATE "C" IN ('pending', 'running'));
    END IF;
    IF answer IS NOT NULL THEN
        PERFORM ix_mark_receipts();
        INSERT INTO ix_receipts (pair, job_id, client) VALUES (ix_pair($1, $2), answer, ix_client_mark($1)) ON CONFLICT DO NOTHING;
    END IF;
END $$;
