-- read_line: returns where a job stands in its line, and what may keep it there; of a dependent job that waits the
-- number of open parents, up to 1,001, and the first parent, or `batch` for the finisher of a batch without open members; no row
-- for any further job. Index: the primary keys, ix_lines_turn, ix_lines_line.
-- $1 job_id
SELECT l.queue, l.group_key, extract(epoch FROM l.asleep) AS asleep, l.turn IS NOT NULL AS has_turn, l.held,
       extract(epoch FROM q.paused_at) AS paused_at, extract(epoch FROM g.paused_at) AS group_paused_at, q.concurrency,
       coalesce(g.concurrency, q.group_concurrency, CASE WHEN q.strict THEN 1 END) AS group_concurrency,
       (SELECT count(*) FROM ix_lines p WHERE p.turn IS NOT NULL AND p.queue = l.queue) AS places,
       (SELECT count(*) FROM ix_lines p WHERE p.turn IS NOT NULL AND p.queue = l.queue AND p.group_key = l.group_key) AS group_places,
       q.rate IS NOT NULL OR q.group_rate IS NOT NULL AS has_rate,
       (SELECT count(*) FROM (SELECT 1 FROM ix_lines p
                               WHERE p.turn IS NULL AND p.asleep IS NULL AND p.queue = l.queue AND p.priority = l.priority
                                 AND p.group_key = l.group_key AND p.seq < l.seq LIMIT 1000) AS b) AS ahead, NULL::bigint AS parents, NULL::text AS parent
  FROM ix_lines l
  LEFT JOIN ix_queues q ON q.queue = l.queue
  LEFT JOIN ix_groups g ON g.queue = l.queue AND g.group_key = l.group_key
 WHERE l.job_id = $1::uuid AND NOT coalesce((SELECT j.waits AND j.status = 'pending' FROM ix_jobs j WHERE j.job_id = l.job_id), false)
 UNION ALL
SELECT '', '', NULL, false, false, NULL, NULL, NULL, NULL, 0, 0, false, 0,
       ix_count_open(j.job_id, 1001),
       coalesce((SELECT d.after_job::text FROM ix_dependencies d WHERE d.job_id = j.job_id ORDER BY d.after_job LIMIT 1),
                (SELECT 'batch' FROM ix_batches b WHERE b.batch_id = j.job_id))
  FROM ix_jobs j WHERE j.job_id = $1::uuid AND j.waits AND j.status = 'pending' COLLATE "C";
