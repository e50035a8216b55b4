-- set_group: sets the limit of a group of a queue.
-- ?1 queue, ?2 group_key, ?3 concurrency, null for the queue's
INSERT INTO ix_groups (queue, group_key, concurrency) VALUES (?1, ?2, ?3)
    ON CONFLICT (queue, group_key) DO UPDATE SET concurrency = excluded.concurrency;
