-- pause_queue: stops a queue or a group, all by ix_pause.
-- $1 queue, $2 group_key, null for the queue
SELECT ix_pause($1::text, $2::text) AS changed;
