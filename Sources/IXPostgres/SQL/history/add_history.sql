-- add_history: adds what happened to the buckets of the present minute, or puts buckets in place of others. Ordered by
-- use case, so that two daemons lock rows in one order and never wait for each other in a circle.
-- $1 step in seconds, $2 true to replace, $3 the buckets: an array of objects; `start` in seconds since 1970, null for the
-- present minute
INSERT INTO ix_history AS h (step, bucket, use_case, claimed, done, error, handed_back, wait_seconds, run_seconds,
                             waits, runs, due_most, running_most, oldest_most)
SELECT $1::integer, to_timestamp(coalesce(r.start, floor(extract(epoch FROM clock_timestamp()) / 60) * 60)), r.use_case,
       r.claimed, r.done, r.error, r.handed_back, r.wait_seconds, r.run_seconds, r.waits, r.runs, r.due_most,
       r.running_most, r.oldest_most
  FROM jsonb_to_recordset($3::jsonb) AS r (
           start float8, use_case text, claimed integer, done integer, error integer, handed_back integer,
           wait_seconds float8, run_seconds float8, waits integer[], runs integer[], due_most integer,
           running_most integer, oldest_most float8)
 ORDER BY r.use_case COLLATE "C", 2
    ON CONFLICT (step, bucket, use_case) DO UPDATE
   SET claimed = excluded.claimed + CASE WHEN $2::boolean THEN 0 ELSE h.claimed END,
       done = excluded.done + CASE WHEN $2::boolean THEN 0 ELSE h.done END,
       error = excluded.error + CASE WHEN $2::boolean THEN 0 ELSE h.error END,
       handed_back = excluded.handed_back + CASE WHEN $2::boolean THEN 0 ELSE h.handed_back END,
       wait_seconds = excluded.wait_seconds + CASE WHEN $2::boolean THEN 0 ELSE h.wait_seconds END,
       run_seconds = excluded.run_seconds + CASE WHEN $2::boolean THEN 0 ELSE h.run_seconds END,
       waits = CASE WHEN $2::boolean OR h.waits IS NULL THEN excluded.waits
                    WHEN excluded.waits IS NULL THEN h.waits
                    ELSE (SELECT array_agg(coalesce(a, 0) + coalesce(b, 0) ORDER BY n)
                            FROM unnest(h.waits, excluded.waits) WITH ORDINALITY AS u (a, b, n)) END,
       runs = CASE WHEN $2::boolean OR h.runs IS NULL THEN excluded.runs
                   WHEN excluded.runs IS NULL THEN h.runs
                   ELSE (SELECT array_agg(coalesce(a, 0) + coalesce(b, 0) ORDER BY n)
                           FROM unnest(h.runs, excluded.runs) WITH ORDINALITY AS u (a, b, n)) END,
       due_most = greatest(excluded.due_most, CASE WHEN NOT $2::boolean THEN h.due_most END),
       running_most = greatest(excluded.running_most, CASE WHEN NOT $2::boolean THEN h.running_most END),
       oldest_most = greatest(excluded.oldest_most, CASE WHEN NOT $2::boolean THEN h.oldest_most END);
