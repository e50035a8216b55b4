-- insert_session: inserts a browser's session or a one-time link.
-- ?1 hash, ?2 token_id, ?3 actor, ?4 role, ?5 client_id, ?6 documents, ?7 is_link, ?8 expires_at, ?9 now
INSERT INTO ix_sessions (hash, token_id, actor, role, client_id, documents, is_link, expires_at, created_at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9);
