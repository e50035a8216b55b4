-- ix_check_line: raises the reason why a job may not stand in the line that it names; returns true for all others. A
-- producer may name only a queue that has a row, so that clients don't meet by chance.
CREATE OR REPLACE FUNCTION ix_check_line(queue text, group_key text, priority integer, use_case text) RETURNS boolean
    LANGUAGE plpgsql STABLE SET search_path FROM CURRENT AS $$
#variable_conflict use_variable
DECLARE
    line      ix_queues;
    is_strict boolean;
BEGIN
    IF priority NOT BETWEEN -1000 AND 1000 THEN
        RAISE EXCEPTION 'priority: must be -1000 to 1000' USING ERRCODE = '22023';
    END IF;
    IF queue IS NOT NULL THEN
        PERFORM ix_checked_key(queue, 'queue');
    END IF;
    IF group_key IS NOT NULL THEN
        PERFORM ix_checked_key(group_key, 'group_key');
    END IF;
    SELECT q.* INTO line FROM ix_queues q WHERE q.queue = coalesce(queue, use_case);
    IF NOT FOUND THEN
        IF queue IS NOT NULL THEN
            RAISE EXCEPTION 'queue: there is no queue %', queue USING ERRCODE = '22023';
        END IF;
    ELSIF queue IS NOT NULL AND use_case <> ALL (line.use_cases) THEN
        RAISE EXCEPTION 'queue: % does not take the use case %', queue, use_case USING ERRCODE = '22023';
    ELSIF group_key IS NOT NULL AND line.group_by IS NOT NULL THEN
        RAISE EXCEPTION 'group_key: queue % takes it from %', line.queue, line.group_by USING ERRCODE = '22023';
    ELSIF priority <> 0 THEN
        SELECT q.strict INTO is_strict FROM ix_queues q WHERE q.queue = line.queue;
        IF is_strict THEN
            RAISE EXCEPTION 'priority: must be 0 in queue %, which is strict', line.queue USING ERRCODE = '22023';
        END IF;
    END IF;
    RETURN true;
END $$;
