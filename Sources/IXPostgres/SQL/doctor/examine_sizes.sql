-- examine_sizes: returns the named tables with their bytes (indexes, large values and partitions included), largest first, and
-- with the server's estimate of their rows.
-- `daily` is the number of bytes that a day adds. For the tables of jobs these are the bytes of the jobs which ended in the
-- last day; null while ix_history has no whole day. For the others the rows that came and stayed since the server began to
-- count; null where the server doesn't tell since when, or counts for less than a day.
-- $1 names of tables, $2 names of the tables of jobs
WITH sizes AS (
    SELECT c.relname AS name, sum(pg_total_relation_size(l.oid))::bigint AS bytes, sum(pg_relation_size(l.oid)) = 0 AS is_empty,
           sum(greatest(l.reltuples, s.n_live_tup, 0))::float8 AS rows, sum(s.n_tup_ins - s.n_tup_del)::float8 AS stayed,
           sum(s.n_tup_del)::bigint AS deleted
      FROM pg_class c LEFT JOIN LATERAL pg_partition_tree(c.oid) AS p ON p.isleaf JOIN pg_class l ON l.oid = coalesce(p.relid, c.oid)
           LEFT JOIN pg_stat_user_tables s ON s.relid = l.oid
     WHERE c.relnamespace = quote_ident(current_schema())::regnamespace AND c.relkind IN ('r', 'p') AND c.relname = ANY ($1::text[])
     GROUP BY c.relname),
days AS (
    SELECT (SELECT sum(done::bigint + error)::float8 FROM ix_history
             WHERE step = 3600 AND bucket >= now() - interval '1 day'
               AND EXISTS (SELECT FROM ix_history WHERE step = 3600 AND bucket <= now() - interval '1 day')) AS ended,
           (SELECT rows FROM sizes WHERE name = 'ix_jobs') AS jobs,
           (SELECT extract(epoch FROM now() - stats_reset)::float8 / 86400 FROM pg_stat_database
             WHERE datname = current_database()) AS counted)
SELECT z.name, z.bytes, z.is_empty, z.rows::bigint AS rows, z.deleted,
       CASE WHEN z.name = ANY ($2::text[]) THEN z.bytes / nullif(d.jobs, 0) * d.ended
            WHEN d.counted >= 1 THEN z.bytes / nullif(z.rows, 0) * greatest(z.stayed, 0) / d.counted END::bigint AS daily
  FROM sizes z CROSS JOIN days d
 ORDER BY z.bytes DESC, z.name;
