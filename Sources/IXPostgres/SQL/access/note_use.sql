-- note_use: records the day on which tokens were used. Index: the primary key.
-- $1 token_ids
UPDATE ix_tokens SET last_used_at = current_date
 WHERE token_id = ANY ($1::text[]) AND last_used_at IS DISTINCT FROM current_date;
