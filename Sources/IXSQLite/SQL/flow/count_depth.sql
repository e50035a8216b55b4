-- count_depth: counts a client's jobs that wait in a queue, up to ?3. Index: ix_lines_client.
-- ?1 client_id, ?2 queue, ?3 limit
SELECT count(*) AS waiting FROM (SELECT 1 FROM ix_lines WHERE client_id = ?1 AND queue = ?2 LIMIT ?3);
