-- insert_token: inserts a token unless another one that counts has its name.
-- ?1 token_id, ?2 hash, ?3 name, ?4 role, ?5 client_id, ?6 documents, ?7 expires_at, ?8 created_by, ?9 now
INSERT INTO ix_tokens (token_id, hash, name, role, client_id, documents, expires_at, created_by, created_at)
SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9
 WHERE NOT EXISTS (SELECT 1 FROM ix_tokens WHERE name = ?3 AND revoked_at IS NULL AND replaced_by IS NULL
                     AND (expires_at IS NULL OR expires_at > ?9))
RETURNING token_id;
