-- ix_set_group: sets the limit of one group of a queue, null for the queue's. What runs goes on.
CREATE OR REPLACE FUNCTION ix_set_group(queue text, group_key text, concurrency integer) RETURNS void
    LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
#variable_conflict use_column
BEGIN
    IF $3 NOT BETWEEN 0 AND 1000000 THEN
        RAISE EXCEPTION 'concurrency: must be a whole number from 0 to 1000000' USING ERRCODE = '22023';
    END IF;
    PERFORM ix_halt_passes();
    PERFORM ix_make_queue($1);
    INSERT INTO ix_groups (queue, group_key, concurrency) VALUES ($1, ix_checked_key($2, 'group_key'), $3)
        ON CONFLICT (queue, group_key) DO UPDATE SET concurrency = excluded.concurrency;
    DELETE FROM ix_groups g WHERE g.queue = $1 AND g.group_key = $2 AND g.paused_at IS NULL AND g.concurrency IS NULL;
    PERFORM ix_recall($1, $2);
    PERFORM ix_notify('ix_jobs', '');
END $$;
