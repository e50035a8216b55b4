-- read_history: returns buckets in order. Index: the primary key.
-- ?1 step in seconds, ?2 use case or null for all, ?3 and ?4 start and end, ?5 limit
SELECT bucket, use_case AS name, claimed, done, error, handed_back, wait_seconds, run_seconds, waits, runs, due_most,
       running_most, oldest_most,
       (SELECT json_group_object(e.code, e.count) FROM ix_history_errors e
         WHERE e.step = h.step AND e.bucket = h.bucket AND e.use_case = h.use_case) AS errors
  FROM ix_history h
 WHERE step = ?1 AND bucket >= ?3 AND bucket < ?4 AND (?2 IS NULL OR use_case = ?2)
 ORDER BY bucket, use_case LIMIT ?5;
