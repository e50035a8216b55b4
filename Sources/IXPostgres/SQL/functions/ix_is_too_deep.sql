-- ix_is_too_deep: true when a document is nested deeper than 64 levels. The planner inlines the function, so every
-- name that could be another schema's is qualified.
CREATE OR REPLACE FUNCTION ix_is_too_deep(request jsonb) RETURNS boolean LANGUAGE sql STABLE AS $$
    -- 64 levels take at least 128 bytes, so small documents skip the walk.
    SELECT pg_catalog.pg_column_size(request) OPERATOR(pg_catalog.>) 128
       AND pg_catalog.jsonb_path_exists(request, 'strict $.**{64} ? (@.type() == "object" || @.type() == "array")')
$$;
