-- find_token: finds a token that counts now. Index: the primary key.
-- ?1 token_id, ?2 now
SELECT token_id, lower(hex(hash)) AS hash, name, role, client_id, documents, created_by, created_at, expires_at,
       revoked_at, last_used_at
  FROM ix_tokens
 WHERE token_id = ?1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > ?2);
