-- note_use: records the day on which tokens were used. Index: the primary key.
-- ?1 token_ids as a JSON array, ?2 today
UPDATE ix_tokens SET last_used_at = ?2
 WHERE token_id IN (SELECT value FROM json_each(?1)) AND last_used_at IS NOT ?2;
