-- ix_wait: waits for a job's end, and returns the job's status and response. For every language, outside of a transaction.
--
-- CALL ix_wait('6f9619ff-8b86-4011-b42d-00c04fc964ff', '30 seconds');
--
-- A job that hasn't ended by then comes back with its status and without a response. An unknown job raises P0002.
-- The call looks at growing distances, from 20 ms to 1 s, and commits after each look: between two looks the session holds no lock,
-- and a snapshot for the pause alone. So the call is refused inside a transaction (2D000) unless the job has ended. statement_timeout
-- counts the whole call. Producers that wait cost a look a second each, and an end costs nothing.
DO $ix_create$
BEGIN
    -- A procedure that commits can't keep a path (SET), and nothing that the procedure could look up tells its own schema from a
    -- stranger's in the caller's path: the context of a call leaves out a schema that is, or once was, in that path. So the
    -- migration writes the path into the text, as SET search_path FROM CURRENT does for a function.
    EXECUTE format($ix_head$
CREATE OR REPLACE PROCEDURE ix_wait(
    job_id uuid, timeout interval DEFAULT '1 minute', INOUT status text DEFAULT NULL, INOUT response jsonb DEFAULT NULL)
    LANGUAGE plpgsql AS %L
$ix_head$, replace($ix_body$
DECLARE
    path   CONSTANT pg_catalog.text := @path@;
    former pg_catalog.text := pg_catalog.current_setting('search_path');
    until  pg_catalog.timestamptz;
    pause  pg_catalog.float8 := 0.02;
BEGIN
    -- Each transaction of the call sets the path, before any other name is read.
    PERFORM pg_catalog.set_config('search_path', path, true);
    IF coalesce($2 NOT BETWEEN interval '0' AND interval '1 day', true) THEN
        RAISE EXCEPTION 'timeout: must be 0 seconds to 1 day, is %', coalesce($2::text, 'null') USING ERRCODE = '22023';
    END IF;
    until := clock_timestamp() + $2;
    LOOP
        SELECT e.status, e.response INTO $3, $4 FROM ix_end_of($1) AS e;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'job_id: there is no job %', coalesce($1::text, 'null') USING ERRCODE = 'P0002';
        END IF;
        EXIT WHEN $3 IN ('done', 'error') OR clock_timestamp() >= until;
        COMMIT;
        PERFORM pg_catalog.set_config('search_path', path, true);
        PERFORM pg_sleep(least(pause, extract(epoch FROM until - clock_timestamp())));
        pause := least(pause * 1.5, 1);
    END LOOP;
    PERFORM pg_catalog.set_config('search_path', former, true);
END $ix_body$, '@path@', quote_literal(format('%I, pg_temp', current_schema()))));
END $ix_create$;
