-- unserved_queues: names the queues with due jobs that no live daemon takes, with the number of these jobs, of which 10,000
-- in line and 10,000 plain ones are counted. No row while a live daemon takes every queue. A plain job's queue is its use case.
-- The walks take a step in ix_lines_line for each queue with a line, and in ix_jobs_due_by_use_case for each use case with plain
-- jobs, up to 1,000 of each.
WITH RECURSIVE taken AS MATERIALIZED (
    SELECT ARRAY(SELECT DISTINCT s.queue COLLATE "C" FROM ix_daemons w, unnest(w.queues) AS s (queue)
                  WHERE w.lease_until > now()) AS queues
     WHERE EXISTS (SELECT 1 FROM ix_daemons WHERE lease_until > now())
       AND NOT EXISTS (SELECT 1 FROM ix_daemons WHERE lease_until > now() AND queues IS NULL)),
lines AS (
    (SELECT queue FROM ix_lines WHERE turn IS NULL AND asleep IS NULL AND EXISTS (SELECT 1 FROM taken) ORDER BY queue LIMIT 1)
     UNION ALL
    SELECT (SELECT l.queue FROM ix_lines l WHERE l.turn IS NULL AND l.asleep IS NULL AND l.queue > w.queue ORDER BY l.queue LIMIT 1)
      FROM lines w WHERE w.queue IS NOT NULL),
plain AS (
    (SELECT use_case COLLATE "C" AS queue FROM ix_jobs
      WHERE due_at IS NOT NULL AND use_case IS NOT NULL AND EXISTS (SELECT 1 FROM taken)
      ORDER BY use_case COLLATE "C" LIMIT 1)
     UNION ALL
    SELECT (SELECT use_case COLLATE "C" FROM ix_jobs
             WHERE due_at IS NOT NULL AND use_case COLLATE "C" > w.queue AND use_case IS NOT NULL
             ORDER BY use_case COLLATE "C" LIMIT 1)
      FROM plain w WHERE w.queue IS NOT NULL),
names AS (
    SELECT n.queue FROM (SELECT queue FROM lines LIMIT 1000) AS n
     UNION
    SELECT n.queue FROM (SELECT queue FROM plain LIMIT 1000) AS n),
counts AS (
    SELECT n.queue,
           (SELECT count(*) FROM (SELECT 1 FROM ix_lines l
                                   WHERE l.turn IS NULL AND l.asleep IS NULL AND l.queue = n.queue LIMIT 10000) AS w)
           + (SELECT count(*) FROM (SELECT 1 FROM ix_jobs j
                                     WHERE j.use_case COLLATE "C" = n.queue AND j.use_case IS NOT NULL AND j.due_at <= now()
                                     LIMIT 10000) AS w) AS jobs
      FROM names n, taken t WHERE n.queue <> ALL (t.queues))
SELECT queue, jobs FROM counts WHERE jobs > 0 ORDER BY queue LIMIT 1000;
