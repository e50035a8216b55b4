-- end_token: ends tokens of a name or an id, at once or at a moment.
-- $1 name or token_id, $2 the moment (null: now, as revoked), $3 the token that takes its place
UPDATE ix_tokens
   SET revoked_at = CASE WHEN $2::timestamptz IS NULL THEN now() END,
       expires_at = coalesce(least(expires_at, $2::timestamptz), expires_at), replaced_by = coalesce($3::text, replaced_by)
 WHERE (token_id = $1::text OR name = $1::text) AND revoked_at IS NULL
   AND ($3::text IS NULL OR replaced_by IS NULL)
RETURNING token_id;
