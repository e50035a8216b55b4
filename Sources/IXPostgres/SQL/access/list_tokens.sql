-- list_tokens: lists all tokens by name, the newest first within a name.
-- $1 limit
SELECT token_id, encode(hash, 'hex') AS hash, name, role, client_id, documents, created_by,
       extract(epoch FROM created_at) AS created_at, extract(epoch FROM expires_at) AS expires_at,
       extract(epoch FROM revoked_at) AS revoked_at, last_used_at
  FROM ix_tokens
 ORDER BY name, created_at DESC LIMIT $1::integer;
