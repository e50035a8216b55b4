-- ix_insert_scheduled: inserts a job of client `schedule`, whose client_id every door refuses, under a request_id. A repeated
-- request_id gives the first job, with duplicate = true. Only the functions that fire schedules and that resubmit jobs
-- call it.
CREATE OR REPLACE FUNCTION ix_insert_scheduled(
    request jsonb, callback_url text, request_id text, priority integer, max_attempts integer, queue text, group_key text)
    RETURNS TABLE (job_id uuid, ix_id text, status text, duplicate boolean) LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
#variable_conflict use_column
DECLARE
    document jsonb := $1 || jsonb_build_object('ix_client_id', 'schedule', 'request_id', $3);
    use_case text := $1 ->> 'use_case';
    tag      text := left(replace(gen_random_uuid()::text, '-', ''), 8) || right(gen_random_uuid()::text, 8);
BEGIN
    PERFORM ix_check_request(document, $2), ix_checked_key(use_case, 'use_case'), ix_checked_key($3, 'request_id'),
            ix_check_line($6, $7, coalesce($4, 0), use_case, 'schedule', $3);
    FOR round IN 1..3 LOOP
        -- ix_fill_insert sets due_at and writes the row of a line.
        INSERT INTO ix_jobs AS j (job_id, ix_id, client_id, request_id, status, request, callback_url, attempts, created_at,
                                  use_case, priority, max_attempts, queue, group_key)
        SELECT ix_new_id(), tag, 'schedule', $3, 'pending', document || jsonb_build_object('ix_id', tag), $2, 0, now(),
               use_case, coalesce($4, 0), coalesce($5, 3), l.line, l.lane
          FROM ix_line_of($6, $7, coalesce($4, 0), use_case, 'schedule', document) AS l
         WHERE (SELECT p.job_id FROM ix_receipts p WHERE p.pair = ix_pair('schedule', $3)) IS NULL
            ON CONFLICT (client_id, request_id) DO NOTHING
        RETURNING j.job_id, j.ix_id, 'pending', false INTO job_id, ix_id, status, duplicate;
        IF FOUND THEN
            PERFORM ix_hint();
            RETURN NEXT;
            RETURN;
        END IF;
        RETURN QUERY SELECT j.job_id, j.ix_id::text, j.status::text, true FROM ix_jobs j
                      WHERE j.client_id = 'schedule' AND j.request_id = $3;
        IF FOUND THEN
            RETURN;
        END IF;
        RETURN QUERY SELECT p.job_id, j.ix_id::text, j.status::text, true
                       FROM ix_receipts p LEFT JOIN ix_jobs j ON j.job_id = p.job_id WHERE p.pair = ix_pair('schedule', $3);
        IF FOUND THEN
            RETURN;
        END IF;
    END LOOP;
    RAISE EXCEPTION 'another transaction inserted the same client_id and request_id; retry the transaction' USING ERRCODE = '40001';
END $$;
