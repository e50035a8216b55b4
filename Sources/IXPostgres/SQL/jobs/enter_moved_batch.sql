-- enter_moved_batch: records a batch in the transaction which moves the batch. No row comes back when another
-- transaction has moved the batch.
-- The unique key waits for a transaction under way, even for a transaction that only the server still knows.
-- A move must survive a crash once the move's file says so; therefore synchronous_commit = off is overridden here.
-- Index: the primary key.
-- $1 export_id, $2 batch, $3 direction
WITH durable AS MATERIALIZED (
    SELECT count(set_config('synchronous_commit', 'on', true)) AS set
      FROM (SELECT 1 WHERE current_setting('synchronous_commit') = 'off') AS lax),
entered AS (
    INSERT INTO ix_moved_batches (export_id, batch, direction) VALUES ($1::uuid, $2::integer, $3::text)
        ON CONFLICT DO NOTHING RETURNING batch)
SELECT entered.batch, durable.set FROM durable LEFT JOIN entered ON true WHERE entered.batch IS NOT NULL;
