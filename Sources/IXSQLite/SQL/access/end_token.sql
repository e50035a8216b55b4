-- end_token: ends tokens of a name or an id, at once or at a moment.
-- ?1 name or token_id, ?2 the moment (null: now, as revoked), ?3 the token that takes its place, ?4 now
UPDATE ix_tokens
   SET revoked_at = CASE WHEN ?2 IS NULL THEN ?4 END,
       expires_at = CASE WHEN ?2 < coalesce(expires_at, 'A') THEN ?2 ELSE expires_at END, replaced_by = coalesce(?3, replaced_by)
 WHERE (token_id = ?1 OR name = ?1) AND revoked_at IS NULL AND (?3 IS NULL OR replaced_by IS NULL)
RETURNING token_id;
