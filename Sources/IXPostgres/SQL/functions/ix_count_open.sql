-- ix_count_open: returns the number of a waiting job's open parents, counted up to `most`. A function, because a statement of its own
-- would be planned with a bitmap of all entries, which are 300,000 of a large batch.
-- Index: the primary key of ix_dependencies, up to `most` entries.
CREATE OR REPLACE FUNCTION ix_count_open(job_id uuid, most integer) RETURNS bigint
    LANGUAGE sql STABLE SET enable_bitmapscan = off SET enable_seqscan = off SET search_path FROM CURRENT AS $$
    SELECT count(*) FROM (SELECT 1 FROM ix_dependencies d WHERE d.job_id = $1 LIMIT $2) AS o
$$;
