-- enter_queues: moves plain jobs into the lines of queues that got a row, all by ix_enter_queues. Returns their number.
-- $1 limit
SELECT ix_enter_queues($1::integer) AS moved;
