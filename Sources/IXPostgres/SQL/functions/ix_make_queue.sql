-- ix_make_queue: makes a queue's row if there is none, and moves plain jobs of the use case of its name into line: here as
-- many as a call may hold up, and the rest by the daemons. Requires: ix_halt_passes.
CREATE OR REPLACE FUNCTION ix_make_queue(queue text) RETURNS void LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
#variable_conflict use_column
BEGIN
    PERFORM ix_checked_key($1, 'queue');
    INSERT INTO ix_queues (queue) VALUES ($1) ON CONFLICT DO NOTHING;
    IF FOUND THEN
        PERFORM ix_notify('ix_jobs', '');
    END IF;
    -- At once, because each further call would read the entries again that this transaction has left behind.
    PERFORM ix_enter_queues(10000);
END $$;
