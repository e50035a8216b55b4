-- add_history_errors: adds errors by code to the present minute, or puts counts in place of others, as add_history does.
-- $1 step in seconds, $2 true to replace, $3 the counts: an array of objects
INSERT INTO ix_history_errors AS h (step, bucket, use_case, code, count)
SELECT $1::integer, to_timestamp(coalesce(r.start, floor(extract(epoch FROM clock_timestamp()) / 60) * 60)), r.use_case,
       r.code, r.count
  FROM jsonb_to_recordset($3::jsonb) AS r (start float8, use_case text, code text, count integer)
 ORDER BY r.use_case COLLATE "C", r.code COLLATE "C", 2
    ON CONFLICT (step, bucket, use_case, code) DO UPDATE
   SET count = excluded.count + CASE WHEN $2::boolean THEN 0 ELSE h.count END;
