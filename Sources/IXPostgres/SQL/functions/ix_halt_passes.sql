-- ix_halt_passes: waits for an admission under way and for ends that hand their places on, and keeps the next ones away
-- until the transaction's end, so that what comes after a change sees the change.
CREATE OR REPLACE FUNCTION ix_halt_passes() RETURNS void LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    LOCK TABLE ix_admission_gate IN SHARE UPDATE EXCLUSIVE MODE;
    PERFORM pg_catalog.pg_advisory_xact_lock('ix_lines'::regclass::oid::integer, 2);
END $$;
