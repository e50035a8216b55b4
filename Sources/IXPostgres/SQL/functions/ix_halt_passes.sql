-- ix_halt_passes: waits for an admission under way and for ends that hand their places on, and keeps the next ones away
-- until the transaction's end, so that what comes after a change sees the change. The locks are tables', because every role of
-- the server may take an advisory lock.
CREATE OR REPLACE FUNCTION ix_halt_passes() RETURNS void LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    LOCK TABLE ix_admission_gate IN SHARE UPDATE EXCLUSIVE MODE;
    LOCK TABLE ix_hand_on_gate IN EXCLUSIVE MODE;
END $$;
