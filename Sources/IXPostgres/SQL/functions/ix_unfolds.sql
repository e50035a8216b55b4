-- ix_unfolds: true when the numbers of a document alone take more than 1 MiB as text. For example, 1e-16383 takes 8
-- bytes as jsonb and 16,386 bytes as text. Without the check the server would spend seconds to write a document that
-- is then refused. Lengths are summed only for documents with a very large or very small number. A document under 1
-- KiB has too few numbers for the limit. STABLE, as pg_column_size is: the planner takes an IMMUTABLE function in line only
-- when all of its body is, and a call that is not in line is prepared anew by each insert.
CREATE OR REPLACE FUNCTION ix_unfolds(request jsonb) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN pg_catalog.pg_column_size(request) OPERATOR(pg_catalog.<) 1024 THEN false
                WHEN pg_catalog.jsonb_path_exists(request, 'strict $.** ? (@.type() == "number" &&
                                       (@ > 1e20 || @ < -1e20 || @ < 1e-20 && @ > -1e-20))')
                THEN ix_numbers_length(request) OPERATOR(pg_catalog.>) 1048576 ELSE false END
$$;
