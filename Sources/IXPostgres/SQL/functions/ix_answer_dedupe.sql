-- ix_answer_dedupe: returns ix_enqueue's answer to a request for which ix_dedupe has found a job; raises the reason why the request is
-- refused. Only ix_enqueue calls the function. A request that passes skips the check, whose many expressions would cost more
-- than all else. Index: the primary key.
CREATE OR REPLACE FUNCTION ix_answer_dedupe(
    request jsonb, callback_url text, use_case text, client_id text, request_id text, max_attempts integer, priority integer,
    run_at timestamptz, expires_at timestamptz, after uuid[], on_failure text, batch_id uuid, answer uuid)
RETURNS TABLE (job_id uuid, ix_id text, status text, duplicate boolean, differs boolean, replaces uuid)
    LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
#variable_conflict use_column
DECLARE
    client text := coalesce($4, $1 ->> 'ix_client_id');
BEGIN
    IF NOT coalesce(ix_passes(coalesce($3, $1 ->> 'use_case'), client, coalesce($5, $1 ->> 'request_id'), $1, $2)
                    AND coalesce($3 = $1 ->> 'use_case', true) AND coalesce($4 = $1 ->> 'ix_client_id', true)
                    AND coalesce($5 = $1 ->> 'request_id', true) AND coalesce($6, 3) BETWEEN 0 AND 1000000
                    AND coalesce($7, 0) BETWEEN -1000 AND 1000 AND ix_is_time($8) AND ix_is_time($9), false) THEN
        PERFORM ix_check_enqueue($1, $2, $3, $4, $5, $6, $7, $8, $9);
    END IF;
    PERFORM ix_check_client(client);
    IF num_nonnulls($10, $11) > 0 THEN
        PERFORM ix_check_after(client, $10, $11);
    END IF;
    IF $12 IS NOT NULL THEN
        PERFORM ix_check_batch(client, $12);
    END IF;
    RETURN QUERY SELECT $13, j.ix_id::text, j.status::text, true, false, NULL::uuid
                   FROM (SELECT 1) AS one LEFT JOIN ix_jobs j ON j.job_id = $13;
END $$;
