-- ix_has_controls: true when a text holds a control character. The planner inlines the function, so every name that could
-- be another schema's is qualified.
CREATE OR REPLACE FUNCTION ix_has_controls(value text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT value OPERATOR(pg_catalog.~) '[\u0001-\u001f\u007f-\u009f]'
$$;
