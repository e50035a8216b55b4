-- ix_new_id: returns the id of a new job: random, but for the first byte, which the time sets. For 256 seconds all jobs stand in
-- one of 256 stretches of the primary key, so that a large table is written in few places; and the first digits still tell jobs
-- apart, by which people name them.
-- Without a search_path of its own, so that the server can put the expression into the caller's statement.
CREATE OR REPLACE FUNCTION ix_new_id() RETURNS uuid LANGUAGE sql VOLATILE AS $$
    SELECT pg_catalog.encode(pg_catalog.set_byte(pg_catalog.uuid_send(pg_catalog.gen_random_uuid()), 0,
               (pg_catalog.date_part('epoch', pg_catalog.clock_timestamp()) OPERATOR(pg_catalog./) 256)::integer
               OPERATOR(pg_catalog.&) 255), 'hex')::pg_catalog.uuid
$$;
