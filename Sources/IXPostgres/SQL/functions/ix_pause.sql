-- ix_pause: stops a queue, or one of its groups: none of its jobs starts after the commit; what runs goes on. Returns false
-- when it was paused before.
CREATE OR REPLACE FUNCTION ix_pause(queue text, group_key text DEFAULT NULL) RETURNS boolean
    LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
#variable_conflict use_column
DECLARE
    is_new boolean;
BEGIN
    PERFORM ix_halt_passes();
    PERFORM ix_make_queue($1);
    IF $2 IS NULL THEN
        UPDATE ix_queues q SET paused_at = now() WHERE q.queue = $1 AND q.paused_at IS NULL;
    ELSE
        INSERT INTO ix_groups AS g (queue, group_key, paused_at) VALUES ($1, ix_checked_key($2, 'group_key'), now())
            ON CONFLICT (queue, group_key) DO UPDATE SET paused_at = now() WHERE g.paused_at IS NULL;
    END IF;
    is_new := FOUND;
    PERFORM ix_recall($1, $2);
    RETURN is_new;
END $$;
