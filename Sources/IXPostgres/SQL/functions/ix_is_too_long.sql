-- ix_is_too_long: true when a document takes more than 1 MiB as text. concat() stands for a cast, because the planner works
-- out a cast of a parameter beforehand, in a branch of CASE that is never reached, too: a document of 90 kB that unfolds
-- would be written out in 2 s and 164 MB, and then be refused.
CREATE OR REPLACE FUNCTION ix_is_too_long(request jsonb) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN ix_unfolds(request) THEN true
                ELSE pg_catalog.octet_length(pg_catalog.concat(request)) OPERATOR(pg_catalog.>) 1048576 END
$$;
