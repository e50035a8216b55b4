-- enter_moved_batch: remembers, in the transaction that carries a batch out, that it was; no row: another one did. The
-- unique key waits for a transaction under way, even one that only its server still knows of. A move must outlive a crash
-- once its file says so: synchronous_commit = off holds for others, not here. Index: the primary key.
-- $1 export_id, $2 batch, $3 direction
WITH durable AS MATERIALIZED (
    SELECT count(set_config('synchronous_commit', 'on', true)) AS set
      FROM (SELECT 1 WHERE current_setting('synchronous_commit') = 'off') AS lax),
entered AS (
    INSERT INTO ix_moved_batches (export_id, batch, direction) VALUES ($1::uuid, $2::integer, $3::text)
        ON CONFLICT DO NOTHING RETURNING batch)
SELECT entered.batch, durable.set FROM durable LEFT JOIN entered ON true WHERE entered.batch IS NOT NULL;
