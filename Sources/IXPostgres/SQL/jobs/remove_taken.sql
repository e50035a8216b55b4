-- remove_taken: deletes the jobs which this transaction has taken, with their attempts and callbacks. Due callbacks
-- go with the jobs, and a delivery under way finds its claim gone.
-- Index: the primary keys. The rows are locked already, so the statement waits for no transaction.
-- $1 job_ids
WITH logs AS (DELETE FROM ix_attempts WHERE job_id = ANY ($1::uuid[])),
lines AS (DELETE FROM ix_lines WHERE job_id = ANY ($1::uuid[])),
callbacks AS (DELETE FROM ix_callbacks WHERE job_id = ANY ($1::uuid[])),
tries AS (DELETE FROM ix_deliveries WHERE job_id = ANY ($1::uuid[])),
requests AS (DELETE FROM ix_redeliveries WHERE job_id = ANY ($1::uuid[])),
gone AS (DELETE FROM ix_jobs WHERE job_id = ANY ($1::uuid[]) RETURNING job_id, created_at),
errors AS (DELETE FROM ix_errors e USING gone g WHERE e.created_at = g.created_at AND e.job_id = g.job_id)
SELECT job_id FROM gone;
