-- strike_clients: strikes clients out of ix_full_clients below nine tenths of client_depth, and clients of a queue without a
-- client_depth. Index: ix_lines_client, as many steps as nine tenths of the limit for each client.
DELETE FROM ix_full_clients f
 WHERE f.ctid = ANY (ARRAY(
           SELECT o.ctid FROM ix_full_clients o LEFT JOIN ix_queues q ON q.queue = o.queue
            WHERE q.client_depth IS NULL
               OR (SELECT count(*) FROM (SELECT 1 FROM ix_lines l WHERE l.client_id = o.client_id AND l.queue = o.queue
                                          LIMIT ceil(q.client_depth * 0.9)) AS w) < ceil(q.client_depth * 0.9)
              FOR UPDATE OF o SKIP LOCKED));
