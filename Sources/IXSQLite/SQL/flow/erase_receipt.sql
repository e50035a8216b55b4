-- erase_receipt: deletes the receipt of a request. Index: the primary key.
-- ?1 client_id, ?2 request_id
DELETE FROM ix_receipts WHERE client_id = ?1 AND request_id = ?2;
