-- prune_access: deletes what is long over in tables beside ix_jobs by ix_prune_access, which its caller may run although
-- the caller may read none of the tables.
-- $1 rows of each table, $2 seconds to keep receipts
SELECT ix_prune_access($1::integer, $2::double precision) AS gone;
