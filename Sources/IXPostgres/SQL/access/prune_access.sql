-- prune_access: deletes what is long over in tables beside ix_jobs by ix_prune_access, which its caller may run although
-- the caller may read none of the tables.
-- $1 rows of each table
SELECT ix_prune_access($1::integer) AS gone;
