-- add_history: adds what happened to a bucket, or puts a bucket in place of another.
-- ?1 step in seconds, ?2 true to replace, ?3 start, ?4 use case, ?5 claimed, ?6 done, ?7 error, ?8 handed back, ?9 seconds
-- of waits, ?10 seconds of runs, ?11 waits, ?12 runs (JSON arrays, or null), ?13 most due, ?14 most running, ?15 greatest age
INSERT INTO ix_history (step, bucket, use_case, claimed, done, error, handed_back, wait_seconds, run_seconds, waits, runs,
                        due_most, running_most, oldest_most)
VALUES (?1, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)
    ON CONFLICT (step, bucket, use_case) DO UPDATE
   SET claimed = excluded.claimed + CASE WHEN ?2 THEN 0 ELSE claimed END,
       done = excluded.done + CASE WHEN ?2 THEN 0 ELSE done END,
       error = excluded.error + CASE WHEN ?2 THEN 0 ELSE error END,
       handed_back = excluded.handed_back + CASE WHEN ?2 THEN 0 ELSE handed_back END,
       wait_seconds = excluded.wait_seconds + CASE WHEN ?2 THEN 0 ELSE wait_seconds END,
       run_seconds = excluded.run_seconds + CASE WHEN ?2 THEN 0 ELSE run_seconds END,
       waits = CASE WHEN ?2 OR waits IS NULL THEN excluded.waits WHEN excluded.waits IS NULL THEN waits
                    ELSE (SELECT json_group_array(a.value + b.value) FROM json_each(waits) a
                            JOIN json_each(excluded.waits) b ON a.key = b.key) END,
       runs = CASE WHEN ?2 OR runs IS NULL THEN excluded.runs WHEN excluded.runs IS NULL THEN runs
                   ELSE (SELECT json_group_array(a.value + b.value) FROM json_each(runs) a
                           JOIN json_each(excluded.runs) b ON a.key = b.key) END,
       due_most = CASE WHEN ?2 THEN excluded.due_most
                       ELSE nullif(max(coalesce(due_most, -1), coalesce(excluded.due_most, -1)), -1) END,
       running_most = CASE WHEN ?2 THEN excluded.running_most
                           ELSE nullif(max(coalesce(running_most, -1), coalesce(excluded.running_most, -1)), -1) END,
       oldest_most = CASE WHEN ?2 THEN excluded.oldest_most
                          ELSE nullif(max(coalesce(oldest_most, -1.0), coalesce(excluded.oldest_most, -1.0)), -1.0) END;
