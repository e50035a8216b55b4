-- examine_file_keys: returns the settings of queues that configuration files name, with the file, and whether a daemon that
-- could have read it lives.
SELECT q.queue, k.name AS key, to_jsonb(q) -> k.name AS value, k.owner ->> 'file' AS file, k.owner ->> 'host' AS host,
       EXISTS (SELECT 1 FROM ix_daemons w
                WHERE w.host = k.owner ->> 'host' AND w.instance = k.owner ->> 'instance' AND w.lease_until > now()) AS is_live
  FROM ix_queues q, jsonb_each(q.file_keys) AS k (name, owner)
 ORDER BY q.queue, k.name LIMIT 1000;
