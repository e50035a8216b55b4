-- cut_history: deletes the oldest buckets of a step, and the errors of buckets that are as old.
-- $1 step in seconds, $2 the end in seconds since 1970, $3 limit
WITH cut AS (
    DELETE FROM ix_history h USING (
        SELECT step, bucket, use_case FROM ix_history
         WHERE step = $1::integer AND bucket < to_timestamp($2::float8)
         ORDER BY bucket, use_case LIMIT $3::integer FOR UPDATE SKIP LOCKED) AS o
     WHERE h.step = o.step AND h.bucket = o.bucket AND h.use_case = o.use_case RETURNING 1),
errors AS (DELETE FROM ix_history_errors WHERE step = $1::integer AND bucket < to_timestamp($2::float8))
SELECT count(*) AS count FROM cut;
