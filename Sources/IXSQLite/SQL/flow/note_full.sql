-- note_full: notes that a client has reached the client_depth of a queue.
-- ?1 client_id, ?2 queue
INSERT INTO ix_full_clients (client_id, queue) VALUES (?1, ?2) ON CONFLICT DO NOTHING;
