-- find_session: finds a session or a link that counts now. A session ends with its token; the
-- server judges the tokens of its own file (`file:`). Index: the primary key.
-- ?1 hash, ?2 now
SELECT lower(hex(s.hash)) AS hash, s.token_id, s.actor, s.role, s.client_id, s.documents, s.is_link, s.expires_at
  FROM ix_sessions s LEFT JOIN ix_tokens t ON t.token_id = s.token_id
 WHERE s.hash = ?1 AND s.expires_at > ?2
   AND (s.token_id IS NULL OR s.token_id LIKE 'file:%'
        OR t.token_id IS NOT NULL AND t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > ?2));
