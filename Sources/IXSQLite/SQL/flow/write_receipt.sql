-- write_receipt: keeps the job that answers for a request by a dedupe_key.
-- ?1 client_id, ?2 request_id, ?3 job_id, ?4 now
INSERT INTO ix_receipts (client_id, request_id, job_id, at) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING;
