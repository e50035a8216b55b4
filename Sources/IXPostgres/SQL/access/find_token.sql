-- find_token: finds a token that counts now. Index: the primary key.
-- $1 token_id
SELECT token_id, encode(hash, 'hex') AS hash, name, role, client_id, documents, created_by,
       extract(epoch FROM created_at) AS created_at, extract(epoch FROM expires_at) AS expires_at,
       extract(epoch FROM revoked_at) AS revoked_at, last_used_at
  FROM ix_tokens
 WHERE token_id = $1::text AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now());
