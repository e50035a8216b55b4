-- read_history: returns buckets in order. Index: the primary key.
-- $1 step in seconds, $2 use case or null for all, $3 and $4 start and end in seconds since 1970, $5 limit
SELECT extract(epoch FROM bucket)::bigint AS start, use_case, claimed, done, error, handed_back, wait_seconds,
       run_seconds, array_to_json(waits)::text AS waits, array_to_json(runs)::text AS runs, due_most, running_most,
       oldest_most,
       (SELECT json_object_agg(e.code, e.count)::text FROM ix_history_errors e
         WHERE e.step = h.step AND e.bucket = h.bucket AND e.use_case = h.use_case) AS errors
  FROM ix_history h
 WHERE step = $1::integer AND bucket >= to_timestamp($3::float8) AND bucket < to_timestamp($4::float8)
   AND ($2::text IS NULL OR use_case = $2::text)
 ORDER BY bucket, use_case LIMIT $5::integer;
