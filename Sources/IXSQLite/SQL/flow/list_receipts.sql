-- list_receipts: returns receipts in the order of their keys, for an export. Index: the primary key.
-- ?1 client_id and ?2 request_id behind which the page begins, or empty texts, ?3 limit, ?4 client_id, or null for all
SELECT client_id, request_id, job_id, at FROM ix_receipts
 WHERE (client_id, request_id) > (?1, ?2) AND (?4 IS NULL OR client_id = ?4)
 ORDER BY client_id, request_id LIMIT ?3;
