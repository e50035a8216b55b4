-- ix_send_hint: notifies idle workers, and stores the stamp.
CREATE OR REPLACE FUNCTION ix_send_hint(stamp bigint) RETURNS void
    LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    PERFORM pg_catalog.setval('ix_hints', $1);
    -- Every daemon receives an identical stamp, and computes from the stamp which daemon polls first.
    PERFORM ix_notify('ix_jobs', $1::text);
END $$;
