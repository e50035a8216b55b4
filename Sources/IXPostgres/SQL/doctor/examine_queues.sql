-- examine_queues: names what keeps jobs in line without end: a queue or a group that has been paused for over an hour, or
-- whose limit is 0, while jobs wait there. A step of ix_lines_line for each such queue, and for each such group a scan of its
-- queue's line at worst.
SELECT q.queue, NULL AS group_key, q.paused_at IS NOT NULL AS is_paused,
       floor(extract(epoch FROM now() - q.paused_at) / 3600)::bigint AS hours
  FROM ix_queues q
 WHERE (q.paused_at < now() - interval '1 hour' OR q.paused_at IS NULL AND q.concurrency = 0)
   AND EXISTS (SELECT 1 FROM ix_lines l WHERE l.turn IS NULL AND l.asleep IS NULL AND l.queue = q.queue)
 UNION ALL
SELECT g.queue, g.group_key, g.paused_at IS NOT NULL, floor(extract(epoch FROM now() - g.paused_at) / 3600)::bigint
  FROM ix_groups g
 WHERE (g.paused_at < now() - interval '1 hour' OR g.paused_at IS NULL AND g.concurrency = 0)
   AND EXISTS (SELECT 1 FROM ix_lines l
                WHERE l.turn IS NULL AND l.asleep IS NULL AND l.queue = g.queue AND l.group_key = g.group_key)
 ORDER BY queue, group_key NULLS FIRST LIMIT 20;
