-- ix_hint: notifies idle workers of new jobs. A NOTIFY makes commits of the whole server wait for each other, so of
-- the inserts within 10 ms only two send a notification. The second covers a first that is rolled back or commits
-- late. Jobs committed shortly after are found by the polls that follow each notification.
CREATE OR REPLACE FUNCTION ix_hint() RETURNS void LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    stamp bigint := ix_next_hint((extract(epoch FROM pg_catalog.clock_timestamp()) * 1000)::bigint,
                                 coalesce(pg_catalog.pg_sequence_last_value('ix_hints'::regclass), 1));
BEGIN
    IF stamp IS NOT NULL THEN
        PERFORM ix_send_hint(stamp);
    END IF;
END $$;
