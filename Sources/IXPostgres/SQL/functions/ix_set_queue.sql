-- ix_set_queue: sets a queue's limits, and makes the queue if there is none. Members of the object that are left out stay;
-- null is no limit. What runs goes on, and nothing starts until it fits the limits. A key that a configuration file names is
-- refused.
--
-- SELECT ix_set_queue('extract', '{"concurrency": 10, "group_concurrency": 2, "group_by": "client_id"}');
CREATE OR REPLACE FUNCTION ix_set_queue(queue text, settings jsonb) RETURNS void
    LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
#variable_conflict use_column
DECLARE
    fault text;
BEGIN
    SELECT k.key || ': is no setting of a queue' INTO fault FROM jsonb_object_keys($2) AS k (key)
     WHERE k.key NOT IN ('concurrency', 'group_concurrency', 'strict', 'rate', 'rate_seconds', 'group_rate',
                         'group_rate_seconds', 'burst', 'client_depth', 'group_by', 'use_cases')
     LIMIT 1;
    PERFORM ix_halt_passes();
    IF fault IS NULL THEN
        SELECT format('%1$s: queues.%2$s.%1$s is set by %3$s of host %4$s', k.key, q.queue, q.file_keys -> k.key ->> 'file',
                      q.file_keys -> k.key ->> 'host')
          INTO fault FROM ix_queues q, jsonb_object_keys($2) AS k (key)
         WHERE q.queue = $1 AND q.file_keys ? k.key ORDER BY k.key LIMIT 1;
    END IF;
    IF fault IS NOT NULL THEN
        RAISE EXCEPTION '%', fault USING ERRCODE = '22023';
    END IF;
    PERFORM ix_change_queue($1, $2);
END $$;
