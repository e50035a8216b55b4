-- set_queue: sets a queue's limits, all by ix_set_queue.
-- $1 queue, $2 settings as a JSON object
SELECT ix_set_queue($1::text, $2::jsonb);
