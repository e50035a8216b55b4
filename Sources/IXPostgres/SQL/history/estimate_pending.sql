-- estimate_pending: estimates the number of waiting jobs by the size that vacuum last saw of their index.
SELECT greatest(reltuples, 0)::bigint AS count FROM pg_catalog.pg_class WHERE oid = to_regclass('ix_jobs_due');
