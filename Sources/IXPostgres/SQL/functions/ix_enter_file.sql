-- ix_enter_file: enters the queues of a daemon's configuration files: [{"queue": ..., "file": ..., "settings": {...}}, ...].
-- A key in a table is the file's from then on. A key of the daemon that has left the tables is free again, and so is a key of
-- a daemon whose lease has ended; both keep the values. Only daemons call the function, at the start and on HUP.
--
-- change: entered for a new value, taken for a value in place of another daemon's, freed. value and old_value are the setting
-- after and before; origin is the file of the setting before, null for none.
CREATE OR REPLACE FUNCTION ix_enter_file(host text, instance text, queues jsonb)
RETURNS TABLE (queue text, key text, change text, value jsonb, old_value jsonb, origin jsonb)
    LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
#variable_conflict use_column
DECLARE
    one   record;
    old   jsonb;
    mine  jsonb;
BEGIN
    PERFORM ix_halt_passes();
    FOR one IN
        SELECT t.x ->> 'queue' AS name, t.x ->> 'file' AS file, t.x -> 'settings' AS settings
          FROM jsonb_array_elements($3) AS t (x) ORDER BY 1
    LOOP
        old := (SELECT to_jsonb(q) FROM ix_queues q WHERE q.queue = one.name);
        mine := coalesce((SELECT jsonb_object_agg(k.name, jsonb_build_object('file', one.file, 'host', $1, 'instance', $2))
                            FROM jsonb_object_keys(one.settings) AS k (name)), '{}');
        IF old IS NULL OR EXISTS (SELECT 1 FROM jsonb_each(one.settings) AS k (name, wanted) WHERE old -> k.name <> k.wanted) THEN
            PERFORM ix_change_queue(one.name, one.settings);
        END IF;
        IF old IS NULL OR NOT old -> 'file_keys' @> mine THEN
            UPDATE ix_queues q SET file_keys = q.file_keys || mine WHERE q.queue = one.name;
        END IF;
        RETURN QUERY
        SELECT one.name, k.name,
               CASE WHEN k.owner ->> 'host' <> $1 OR k.owner ->> 'instance' <> $2 THEN 'taken' ELSE 'entered' END,
               k.wanted, k.was, k.owner
          FROM (SELECT e.name, e.wanted, nullif(old -> e.name, 'null') AS was, old -> 'file_keys' -> e.name AS owner
                  FROM jsonb_each(one.settings) AS e (name, wanted)) AS k
         WHERE k.wanted IS DISTINCT FROM k.was ORDER BY k.name;
    END LOOP;
    FOR one IN
        SELECT q.queue AS name, k.name AS key, k.owner, nullif(to_jsonb(q) -> k.name, 'null') AS value
          FROM ix_queues q, jsonb_each(q.file_keys) AS k (name, owner)
         WHERE NOT EXISTS (SELECT 1 FROM jsonb_array_elements($3) AS t (x)
                            WHERE t.x ->> 'queue' = q.queue AND t.x -> 'settings' ? k.name)
           AND (k.owner ->> 'host' = $1 AND k.owner ->> 'instance' = $2
                OR NOT EXISTS (SELECT 1 FROM ix_daemons w
                                WHERE w.host = k.owner ->> 'host' AND w.instance = k.owner ->> 'instance' AND w.lease_until > now()))
         ORDER BY 1, 2
    LOOP
        UPDATE ix_queues q SET file_keys = q.file_keys - one.key WHERE q.queue = one.name;
        RETURN QUERY SELECT one.name, one.key, 'freed'::text, one.value, NULL::jsonb, one.owner;
    END LOOP;
END $$;
