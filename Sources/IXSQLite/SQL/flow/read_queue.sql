-- read_queue: returns a queue's settings. Index: the primary key.
-- ?1 queue
SELECT queue, paused_at, use_cases, concurrency, group_concurrency, strict, rate, rate_seconds, group_rate, group_rate_seconds,
       burst, client_depth, group_by, daemon_concurrency, file_keys FROM ix_queues WHERE queue = ?1;
