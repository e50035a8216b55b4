-- end_session: deletes a session or a link. Index: the primary key.
-- ?1 hash
DELETE FROM ix_sessions WHERE hash = ?1 RETURNING actor;
