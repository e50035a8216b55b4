-- list_queues: returns the queues that have a row or a line, with their settings and how many jobs wait and hold a place. A
-- step of ix_lines_line for each queue with a line. Counts of waiting jobs stop at ?2.
-- ?1 queue, null for all, ?2 the limit of each count
WITH RECURSIVE lines AS (
    SELECT (SELECT queue FROM ix_lines WHERE turn IS NULL AND asleep IS NULL AND ?1 IS NULL ORDER BY queue LIMIT 1) AS queue
     UNION ALL
    SELECT (SELECT l.queue FROM ix_lines l WHERE l.turn IS NULL AND l.asleep IS NULL AND l.queue > w.queue ORDER BY l.queue LIMIT 1)
      FROM lines w WHERE w.queue IS NOT NULL),
names AS (
    SELECT queue FROM lines WHERE queue IS NOT NULL
     UNION
    SELECT queue FROM ix_queues WHERE ?1 IS NULL OR queue = ?1)
SELECT n.queue, q.paused_at AS paused_at, q.use_cases AS use_cases, q.concurrency, q.group_concurrency,
       coalesce(q.strict, 0) AS strict, q.rate, q.rate_seconds, q.group_rate, q.group_rate_seconds, q.burst, q.client_depth, q.group_by, q.file_keys,
       (SELECT count(*) FROM (SELECT 1 FROM ix_lines l
                               WHERE l.turn IS NULL AND l.asleep IS NULL AND l.queue = n.queue LIMIT ?2)) AS waiting,
       (SELECT count(*) FROM ix_lines l WHERE l.turn IS NOT NULL AND l.queue = n.queue) AS places
  FROM names n LEFT JOIN ix_queues q ON q.queue = n.queue ORDER BY n.queue;
