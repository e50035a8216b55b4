-- list_unreadable: rows of legacy code that no list shows and no worker can run, each with its fault. No index finds
-- such rows; without such rows the statement reads the whole table once.
-- $1 limit
SELECT job_id, fault
  FROM (SELECT job_id, CASE
                   WHEN status IS NULL THEN 'status is null'
                   WHEN status NOT IN ('pending', 'running', 'done', 'error') THEN format('status is %L', left(status, 40))
                   WHEN client_id IS NULL THEN 'client_id is null'
                   WHEN request_id IS NULL THEN 'request_id is null'
                   WHEN created_at IS NULL THEN 'created_at is null'
                   WHEN created_at < '0001-01-01 00:00:00+00' OR created_at >= '10000-01-01 00:00:00+00'
                        THEN 'created_at is not in the years 1 to 9999'
                   WHEN request IS NULL THEN 'request is null'
                   WHEN status = 'pending' AND due_at IS NULL AND queue IS NULL AND waits IS NULL THEN
                       'due_at is null, so no claim finds the job; UPDATE ix_jobs SET run_at = run_at sets due_at' END AS fault
          FROM ix_jobs) AS looked_at
 WHERE fault IS NOT NULL LIMIT $1::integer;
