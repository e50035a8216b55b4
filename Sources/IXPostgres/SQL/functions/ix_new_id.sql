-- ix_new_id: returns the id of a new job, a UUID of version 7: 48 bits of the time in milliseconds, and 74 random bits. Jobs
-- inserted one after another stand side by side in the primary key, so that a large table is written in few places.
-- Without a search_path of its own, so that the server can put the expression into the caller's statement.
CREATE OR REPLACE FUNCTION ix_new_id() RETURNS uuid LANGUAGE sql VOLATILE AS $$
    SELECT pg_catalog.encode(pg_catalog.set_bit(pg_catalog.set_bit(pg_catalog.overlay(
               pg_catalog.uuid_send(pg_catalog.gen_random_uuid()),
               pg_catalog.substring(pg_catalog.int8send(
                   (pg_catalog.date_part('epoch', pg_catalog.clock_timestamp()) OPERATOR(pg_catalog.*) 1000)::bigint), 3), 1, 6), 52, 1), 53, 1),
           'hex')::pg_catalog.uuid
$$;
