-- note_full: notes that a client has as many waiting jobs in a queue as it may have.
-- ?1 client_id, ?2 queue
INSERT INTO ix_full_clients (client_id, queue) VALUES (?1, ?2) ON CONFLICT DO NOTHING;
