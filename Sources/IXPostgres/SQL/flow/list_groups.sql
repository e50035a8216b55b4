-- list_groups: returns groups of a queue by key: those with limits of their own, and those whose jobs wait or hold a place.
-- Index: ix_lines_line for the first priorities' groups, ix_lines_turn, and the primary key of ix_groups.
-- $1 queue, $2 the key before the page, '' for the first, $3 limit
WITH RECURSIVE levels AS (
    (SELECT priority FROM ix_lines WHERE turn IS NULL AND asleep IS NULL AND queue = $1::text ORDER BY priority LIMIT 1)
     UNION ALL
    SELECT (SELECT l.priority FROM ix_lines l
             WHERE l.turn IS NULL AND l.asleep IS NULL AND l.queue = $1::text AND l.priority > v.priority ORDER BY l.priority LIMIT 1)
      FROM levels v WHERE v.priority IS NOT NULL),
walk AS (
    SELECT v.priority, $2::text COLLATE "C" AS group_key, 0 AS step FROM levels v WHERE v.priority IS NOT NULL
     UNION ALL
    SELECT w.priority, (SELECT l.group_key FROM ix_lines l
                         WHERE l.turn IS NULL AND l.asleep IS NULL AND l.queue = $1::text AND l.priority = w.priority
                           AND l.group_key > w.group_key ORDER BY l.group_key LIMIT 1), w.step + 1
      FROM walk w WHERE w.group_key IS NOT NULL AND w.step < $3::integer),
keys AS (
    SELECT group_key FROM walk WHERE step > 0 AND group_key IS NOT NULL
     UNION
    SELECT l.group_key FROM ix_lines l WHERE l.turn IS NOT NULL AND l.queue = $1::text AND l.group_key > $2::text
     UNION
    SELECT g.group_key FROM ix_groups g WHERE g.queue = $1::text AND g.group_key > $2::text)
SELECT k.group_key, g.concurrency, extract(epoch FROM g.paused_at) AS paused_at,
       (SELECT count(*) FROM (SELECT 1 FROM levels v, ix_lines l
                               WHERE l.turn IS NULL AND l.asleep IS NULL AND l.queue = $1::text AND l.priority = v.priority
                                 AND l.group_key = k.group_key LIMIT 10000) AS w) AS waiting,
       (SELECT count(*) FROM ix_lines l WHERE l.turn IS NOT NULL AND l.queue = $1::text AND l.group_key = k.group_key) AS places
  FROM (SELECT DISTINCT group_key FROM keys ORDER BY group_key LIMIT $3::integer) AS k
  LEFT JOIN ix_groups g ON g.queue = $1::text AND g.group_key = k.group_key ORDER BY k.group_key;
