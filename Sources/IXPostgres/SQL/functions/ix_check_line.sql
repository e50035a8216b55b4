-- ix_check_line: raises the reason why a job may not stand in the line that it names; returns true for all others. A
-- producer may name only a queue that has a row, so that clients don't meet by chance. False: a job has the keys already.
--
-- A client with as many waiting jobs as client_depth of the queue allows is refused (SQLSTATE 53400). A job that waits for others
-- counts like any waiting job, by its row in the line; the finisher of a batch counts when the wait is over. No number of waiting jobs
-- is kept. Up to a limit of 128 each insert counts. Above it a share of the inserts, 128 / client_depth, counts up to the limit,
-- and notes a client that reaches it in ix_full_clients, where every insert looks; so a few in a hundred may pass the limit. The
-- daemons strike a client out below nine tenths. Schedules have no depth. Index: ix_lines_client.
CREATE OR REPLACE FUNCTION ix_check_line(queue text, group_key text, priority integer, use_case text, client_id text, request_id text)
    RETURNS boolean
    LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
#variable_conflict use_variable
DECLARE
    line      ix_queues;
    is_strict boolean;
    is_full   boolean;
    waiting   bigint;
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
    IF line.client_depth IS NOT NULL AND client_id <> 'schedule' THEN
        -- The caller reads the job. An insert would leave a counted row of a line behind.
        IF EXISTS (SELECT 1 FROM ix_jobs j WHERE j.client_id = ix_check_line.client_id AND j.request_id = ix_check_line.request_id) THEN
            RETURN false;
        END IF;
        is_full := line.client_depth > 128
                   AND EXISTS (SELECT 1 FROM ix_full_clients f WHERE f.queue = line.queue AND f.client_id = ix_check_line.client_id);
        IF NOT is_full AND random() * line.client_depth < 128 THEN
            waiting := (SELECT count(*) FROM (SELECT 1 FROM ix_lines l WHERE l.client_id = ix_check_line.client_id AND l.queue = line.queue
                                               LIMIT line.client_depth) AS w);
            IF line.client_depth <= 128 THEN
                is_full := waiting >= line.client_depth;
            ELSIF waiting >= line.client_depth - 1 THEN   -- the last job to be taken
                INSERT INTO ix_full_clients (queue, client_id) VALUES (line.queue, client_id);
            END IF;
        END IF;
        IF is_full THEN
            RAISE EXCEPTION 'client_id %: % jobs wait in queue %, limit %; insert again when fewer than % wait', client_id,
                            line.client_depth, line.queue, line.client_depth, greatest(1, ceil(line.client_depth * 0.9))
                USING ERRCODE = '53400';
        END IF;
    END IF;
    RETURN true;
END $$;
