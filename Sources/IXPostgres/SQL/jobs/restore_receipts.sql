-- restore_receipts: enters receipts of an export, where the pair has none. The pair of a receipt from an embedded file is made here.
-- Index: the primary key.
-- $1 the receipts as a JSON array
WITH marked AS MATERIALIZED (SELECT count(ix_mark_receipts()::text) AS times)
INSERT INTO ix_receipts (pair, job_id, client, at)
SELECT coalesce(decode(g.pair, 'hex'), ix_pair(g.client_id, g.request_id)), g.job_id,
       coalesce(decode(g.client, 'hex'), ix_client_mark(g.client_id)), g.at
  FROM jsonb_to_recordset($1::jsonb) AS g (pair text, client text, client_id text, request_id text, job_id uuid, at timestamptz), marked
 ORDER BY 1
    ON CONFLICT DO NOTHING;
