-- ix_check_enqueue: raises the reason why an insert did not pass.
CREATE OR REPLACE FUNCTION ix_check_enqueue(
    request jsonb, callback_url text, use_case text, client_id text, request_id text, max_attempts integer, priority integer,
    run_at timestamptz, expires_at timestamptz) RETURNS void
    LANGUAGE plpgsql IMMUTABLE SET search_path FROM CURRENT AS $$
DECLARE
    name text;
BEGIN
    PERFORM ix_check_request(request, callback_url);
    FOREACH name IN ARRAY ARRAY['use_case', 'ix_client_id', 'request_id'] LOOP
        IF pg_catalog.jsonb_typeof(request -> name) NOT IN ('string', 'null') THEN
            RAISE EXCEPTION '%: is not a string', CASE name WHEN 'ix_client_id' THEN 'client_id' ELSE name END
                USING ERRCODE = '22023';
        END IF;
    END LOOP;
    IF use_case <> request ->> 'use_case' OR client_id <> request ->> 'ix_client_id'
       OR request_id <> request ->> 'request_id' THEN
        RAISE EXCEPTION 'request: its use_case, ix_client_id or request_id differs from the argument'
            USING ERRCODE = '22023';
    END IF;
    PERFORM ix_checked_key(coalesce(use_case, request ->> 'use_case'), 'use_case'),
            ix_checked_key(coalesce(client_id, request ->> 'ix_client_id'), 'client_id'),
            ix_checked_key(coalesce(request_id, request ->> 'request_id'), 'request_id');
    IF coalesce(client_id, request ->> 'ix_client_id') = 'schedule' THEN
        RAISE EXCEPTION 'client_id: schedule is kept for the jobs of schedules' USING ERRCODE = '22023';
    ELSIF max_attempts NOT BETWEEN 0 AND 1000000 THEN
        RAISE EXCEPTION 'max_attempts: must be 0 (no limit) to 1000000' USING ERRCODE = '22023';
    ELSIF priority NOT BETWEEN -1000 AND 1000 THEN
        RAISE EXCEPTION 'priority: must be -1000 to 1000' USING ERRCODE = '22023';
    ELSIF NOT ix_is_time(run_at) THEN
        RAISE EXCEPTION 'run_at: is not in the years 1 to 9999' USING ERRCODE = '22023';
    ELSIF NOT ix_is_time(expires_at) THEN
        RAISE EXCEPTION 'expires_at: is not in the years 1 to 9999' USING ERRCODE = '22023';
    END IF;
END $$;
