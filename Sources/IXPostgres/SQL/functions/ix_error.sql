-- ix_error: returns the response of a job that ends without a response of its pipeline. The planner inlines the
-- function.
CREATE OR REPLACE FUNCTION ix_error(job ix_jobs, code text, message text) RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT pg_catalog.jsonb_build_object(
        'error', pg_catalog.jsonb_build_object('code', $2, 'message', $3),
        'use_case', coalesce(($1).use_case, ($1).request OPERATOR(pg_catalog.->>) 'use_case'), 'ix_client_id', ($1).client_id,
        'request_id', ($1).request_id, 'ix_id', ($1).ix_id)
$$;
