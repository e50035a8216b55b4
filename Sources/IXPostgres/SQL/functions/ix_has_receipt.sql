-- ix_has_receipt: true when a request's job is in ix_receipts. ix_enqueue calls the function once a receipt was written. In
-- PL/pgSQL, because the planner would inline SQL, whose start costs each insert, also without a receipt. Index: the primary key.
CREATE OR REPLACE FUNCTION ix_has_receipt(client_id text, request_id text) RETURNS boolean
    LANGUAGE plpgsql STABLE SET search_path FROM CURRENT AS $$
BEGIN
    RETURN (SELECT p.job_id FROM ix_receipts p WHERE p.pair = ix_pair($1, $2)) IS NOT NULL;
END $$;
