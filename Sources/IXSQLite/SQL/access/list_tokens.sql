-- list_tokens: lists all tokens by name, the newest first within a name.
-- ?1 limit
SELECT token_id, lower(hex(hash)) AS hash, name, role, client_id, documents, created_by, created_at, expires_at,
       revoked_at, last_used_at
  FROM ix_tokens
 ORDER BY name, created_at DESC LIMIT ?1;
