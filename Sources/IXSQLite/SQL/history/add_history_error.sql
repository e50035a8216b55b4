-- add_history_error: adds errors of a code to a bucket, or puts a count in place of another.
-- ?1 step in seconds, ?2 true to replace, ?3 start, ?4 use case, ?5 code, ?6 count
INSERT INTO ix_history_errors (step, bucket, use_case, code, count) VALUES (?1, ?3, ?4, ?5, ?6)
    ON CONFLICT (step, bucket, use_case, code) DO UPDATE
   SET count = excluded.count + CASE WHEN ?2 THEN 0 ELSE count END;
