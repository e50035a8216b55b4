-- prune_sessions: deletes sessions and links that have run out. Index: ix_sessions_expires.
-- ?1 now, ?2 limit
DELETE FROM ix_sessions
 WHERE hash IN (SELECT hash FROM ix_sessions WHERE expires_at < ?1 ORDER BY expires_at LIMIT ?2)
RETURNING hash;
