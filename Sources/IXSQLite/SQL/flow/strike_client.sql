-- strike_client: takes away the note that a client has reached the client_depth of a queue.
-- ?1 client_id, null for all, ?2 queue
DELETE FROM ix_full_clients WHERE queue = ?2 AND (?1 IS NULL OR client_id = ?1);
