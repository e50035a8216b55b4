-- ix_dedupe: decides about a new job with a dedupe_key. Only callers with the same client, use case and key wait for each
-- other, until the end of their transactions. A refused argument raises an error.
--
-- answer: the job that answers for the request, so that no job goes in: with skip a pending or running job, with throttle a job
-- of the last dedupe_seconds. ix_receipts keeps the pair of keys, so that a repeat of the request gets an equal answer, however
-- the job goes on. pending_job: with replace, the pending job whose place the new job takes; since: the time of the row's first
-- job, from which dedupe_seconds bound the new run_at.
-- Index: the primary keys; ix_jobs by client_id and request_id.
CREATE OR REPLACE FUNCTION ix_dedupe(client_id text, request_id text, use_case text, dedupe_key text, dedupe text, dedupe_seconds double precision,
                          INOUT run_at timestamptz, OUT answer uuid, OUT pending_job uuid, OUT since timestamptz)
    LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
#variable_conflict use_column
DECLARE
    rule   text := coalesce(dedupe, 'skip');
    span   interval;
    newest ix_dedupes;
    moment timestamptz;
    state  text;
BEGIN
    PERFORM ix_checked_key($4, 'dedupe_key');
    IF rule NOT IN ('skip', 'throttle', 'replace') THEN
        RAISE EXCEPTION 'dedupe: must be skip, throttle or replace' USING ERRCODE = '22023';
    ELSIF rule = 'throttle' AND $6 IS NULL THEN
        RAISE EXCEPTION 'dedupe_seconds: is missing beside throttle' USING ERRCODE = '22023';
    ELSIF rule = 'skip' AND $6 IS NOT NULL THEN
        RAISE EXCEPTION 'dedupe_seconds: goes with throttle and replace alone' USING ERRCODE = '22023';
    ELSIF NOT coalesce($6 BETWEEN 0.001 AND 31536000, true) THEN
        RAISE EXCEPTION 'dedupe_seconds: must be 0.001 to 31536000' USING ERRCODE = '22023';
    END IF;
    span := $6 * interval '1 s';
    PERFORM pg_advisory_xact_lock(hashtextextended(concat_ws(chr(31), 'ix_dedupes'::regclass::oid, $1, $3, $4), 0));
    IF EXISTS (SELECT 1 FROM ix_jobs j WHERE j.client_id = $1 AND j.request_id = $2) THEN
        RETURN;   -- the insert finds the job
    END IF;
    SELECT r.job_id INTO answer FROM ix_receipts r WHERE r.pair = ix_pair($1, $2);
    IF FOUND THEN
        RETURN;
    END IF;
    moment := clock_timestamp();
    SELECT d.* INTO newest FROM ix_dedupes d WHERE d.client_id = $1 AND d.use_case = $3 AND d.dedupe_key = $4;
    IF NOT FOUND THEN
        RETURN;
    ELSIF rule = 'throttle' THEN
        -- A moment further ahead comes from a clock that was set back since.
        answer := CASE WHEN newest.at > moment - span AND newest.at < moment + span THEN newest.job_id END;
    ELSIF rule = 'skip' THEN
        answer := (SELECT j.job_id FROM ix_jobs j WHERE j.job_id = newest.job_id AND j.status COLLATE "C" IN ('pending', 'running'));
    ELSE
        -- The lock is kept until the end of the transaction, so that no claim takes the job meanwhile.
        SELECT j.job_id INTO pending_job FROM ix_jobs j WHERE j.job_id = newest.job_id AND j.status = 'pending' COLLATE "C" FOR UPDATE;
        since := CASE WHEN FOUND THEN newest.at END;
        run_at := CASE WHEN $7 > since + span THEN since + span ELSE $7 END;
    END IF;
    IF answer IS NOT NULL THEN
        PERFORM ix_mark_receipts();
        INSERT INTO ix_receipts (pair, job_id, client) VALUES (ix_pair($1, $2), answer, ix_client_mark($1)) ON CONFLICT DO NOTHING;
    END IF;
END $$;
