-- read_rate: returns the moment at which a rate has its whole burst again. Index: the primary key.
-- ?1 queue, ?2 group_key, '' for the queue's own rate
SELECT full_at FROM ix_rates WHERE queue = ?1 AND group_key = ?2;
