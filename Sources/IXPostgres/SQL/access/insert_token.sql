-- insert_token: inserts a token unless another one that counts has its name.
-- $1 token_id, $2 hash in hexadecimal, $3 name, $4 role, $5 client_id, $6 documents, $7 expires_at, $8 created_by
INSERT INTO ix_tokens (token_id, hash, name, role, client_id, documents, expires_at, created_by)
SELECT $1::text, decode($2::text, 'hex'), $3::text, $4::text, $5::text, $6::boolean, $7::timestamptz, $8::text
 WHERE NOT EXISTS (SELECT FROM ix_tokens WHERE name = $3::text AND revoked_at IS NULL AND replaced_by IS NULL
                     AND (expires_at IS NULL OR expires_at > now()))
RETURNING token_id;
