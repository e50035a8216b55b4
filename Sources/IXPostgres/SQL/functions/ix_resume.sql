-- ix_resume: lets a queue, or one of its groups, start jobs again. Returns false when it wasn't paused.
CREATE OR REPLACE FUNCTION ix_resume(queue text, group_key text DEFAULT NULL) RETURNS boolean
    LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
#variable_conflict use_column
DECLARE
    was_paused boolean;
BEGIN
    IF $2 IS NULL THEN
        UPDATE ix_queues q SET paused_at = NULL, version = q.version + 1 WHERE q.queue = $1 AND q.paused_at IS NOT NULL;
    ELSE
        UPDATE ix_groups g SET paused_at = NULL WHERE g.queue = $1 AND g.group_key = $2 AND g.paused_at IS NOT NULL;
    END IF;
    was_paused := FOUND;
    DELETE FROM ix_groups g WHERE g.queue = $1 AND g.group_key = $2 AND g.paused_at IS NULL AND g.concurrency IS NULL;
    PERFORM ix_notify('ix_jobs', '');
    RETURN was_paused;
END $$;
