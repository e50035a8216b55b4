-- unserved_queues: names the queues with due jobs that the daemon doesn't take, with the number of these jobs, of which
-- 10,000 in line and 10,000 plain ones are counted. A plain job's queue is its use case. The walks take a step in
-- ix_lines_line for each queue with a line, and in ix_jobs_due_by_use_case for each use case, up to 1,000 of each.
-- ?1 now
WITH RECURSIVE taken AS MATERIALIZED (SELECT queues FROM ix_daemons WHERE lease_until IS NULL AND queues IS NOT NULL),
lines (queue) AS (
    SELECT min(queue) FROM ix_lines WHERE turn IS NULL AND asleep IS NULL AND EXISTS (SELECT 1 FROM taken)
     UNION ALL
    SELECT (SELECT min(queue) FROM ix_lines WHERE turn IS NULL AND asleep IS NULL AND queue > w.queue)
      FROM lines w WHERE w.queue IS NOT NULL
     LIMIT 1000),
plain (queue) AS (
    SELECT min(use_case) FROM ix_jobs WHERE status = 'pending' AND EXISTS (SELECT 1 FROM taken)
     UNION ALL
    SELECT (SELECT min(use_case) FROM ix_jobs WHERE status = 'pending' AND use_case > w.queue)
      FROM plain w WHERE w.queue IS NOT NULL
     LIMIT 1000),
names (queue) AS (SELECT queue FROM lines UNION SELECT queue FROM plain),
counts (queue, jobs) AS (
    SELECT n.queue,
           (SELECT count(*) FROM (SELECT 1 FROM ix_lines l
                                   WHERE l.turn IS NULL AND l.asleep IS NULL AND l.queue = n.queue LIMIT 10000))
           + (SELECT count(*) FROM (SELECT 1 FROM ix_jobs j
                                     WHERE j.status = 'pending' AND j.use_case = n.queue AND j.queue IS NULL
                                       AND coalesce(j.run_at, j.created_at) <= ?1 LIMIT 10000))
      FROM names n, taken t
     WHERE n.queue IS NOT NULL AND n.queue NOT IN (SELECT value FROM json_each(t.queues)))
SELECT queue, jobs FROM counts WHERE jobs > 0 ORDER BY queue;
