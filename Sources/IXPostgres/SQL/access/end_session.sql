-- end_session: deletes a session or a link. Index: the primary key.
-- $1 hash in hexadecimal
DELETE FROM ix_sessions WHERE hash = decode($1::text, 'hex') RETURNING actor;
