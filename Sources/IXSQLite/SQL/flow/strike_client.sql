-- strike_client: takes the note away that a client has as many waiting jobs in a queue as it may have.
-- ?1 client_id, null for all, ?2 queue
DELETE FROM ix_full_clients WHERE queue = ?2 AND (?1 IS NULL OR client_id = ?1);
