-- is_full: a row when the client is noted at the queue's client_depth. Index: the primary key.
-- ?1 client_id, ?2 queue
SELECT 1 FROM ix_full_clients WHERE client_id = ?1 AND queue = ?2;
