-- ix_note_error: notes a job that ended in error, for lists of errors. Only triggers call the function, for every writer
-- and in the end's transaction.
CREATE OR REPLACE FUNCTION ix_note_error(created_at timestamptz, job_id uuid, use_case text, code text) RETURNS void
    LANGUAGE sql SET search_path FROM CURRENT AS $$
    INSERT INTO ix_errors (created_at, job_id, use_case, code)
    SELECT $1, $2, $3, pg_catalog.left($4, 255) WHERE $1 IS NOT NULL ON CONFLICT DO NOTHING
$$;
