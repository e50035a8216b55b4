-- insert_session: inserts a browser's session or a one-time link.
-- $1 hash in hexadecimal, $2 token_id, $3 actor, $4 role, $5 client_id, $6 documents, $7 is_link, $8 expires_at
INSERT INTO ix_sessions (hash, token_id, actor, role, client_id, documents, is_link, expires_at)
VALUES (decode($1::text, 'hex'), $2::text, $3::text, $4::text, $5::text, $6::boolean, $7::boolean, $8::timestamptz);
