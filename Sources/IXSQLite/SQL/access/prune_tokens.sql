-- prune_tokens: deletes tokens that have long run out or been revoked. Reads the table, which is small.
-- ?1 the latest end of a deleted token, ?2 limit
DELETE FROM ix_tokens
 WHERE token_id IN (SELECT token_id FROM ix_tokens WHERE expires_at < ?1 OR revoked_at < ?1 LIMIT ?2)
RETURNING token_id;
