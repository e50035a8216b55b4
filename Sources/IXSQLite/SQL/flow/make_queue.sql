-- make_queue: makes a queue's row if there is none.
-- ?1 queue
INSERT INTO ix_queues (queue) VALUES (?1) ON CONFLICT DO NOTHING;
