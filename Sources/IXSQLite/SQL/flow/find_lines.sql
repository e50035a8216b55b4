-- find_lines: returns the queues with a line, and their settings, null for a queue without a row. A step of ix_lines_line for
-- each queue.
WITH RECURSIVE waiting (queue) AS (
    SELECT min(queue) FROM ix_lines WHERE turn IS NULL AND asleep IS NULL
     UNION ALL
    SELECT (SELECT min(queue) FROM ix_lines WHERE turn IS NULL AND asleep IS NULL AND queue > w.queue)
      FROM waiting w WHERE w.queue IS NOT NULL)
SELECT w.queue, q.paused_at, q.use_cases, q.concurrency, q.group_concurrency, coalesce(q.strict, 0) AS strict, q.rate,
       q.rate_seconds, q.group_rate, q.group_rate_seconds, q.burst
  FROM waiting w LEFT JOIN ix_queues q ON q.queue = w.queue WHERE w.queue IS NOT NULL ORDER BY w.queue;
