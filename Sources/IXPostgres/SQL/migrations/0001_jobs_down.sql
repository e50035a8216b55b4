-- 0001 down: restores the original table. Jobs and their original columns stay.
DROP INDEX IF EXISTS ix_jobs_due, ix_jobs_due_by_use_case, ix_jobs_created, ix_jobs_beside;
DROP TABLE IF EXISTS ix_expiring, ix_running;
DO $$
DECLARE
    name name;
BEGIN
    IF obj_description('ix_jobs'::regclass, 'pg_class') LIKE 'Jobs of ix-worker%' THEN
        COMMENT ON TABLE ix_jobs IS NULL;
        FOR name IN SELECT attname FROM pg_attribute WHERE attrelid = 'ix_jobs'::regclass AND attnum > 0 AND NOT attisdropped LOOP
            EXECUTE format('COMMENT ON COLUMN ix_jobs.%I IS NULL', name);
        END LOOP;
    END IF;
END $$;
ALTER TABLE ix_jobs RESET (fillfactor, autovacuum_vacuum_scale_factor, autovacuum_vacuum_threshold,
                           autovacuum_analyze_scale_factor);
ALTER TABLE ix_jobs
    DROP COLUMN IF EXISTS use_case, DROP COLUMN IF EXISTS run_at, DROP COLUMN IF EXISTS priority,
    DROP COLUMN IF EXISTS max_attempts, DROP COLUMN IF EXISTS expires_at, DROP COLUMN IF EXISTS claim_id,
    DROP COLUMN IF EXISTS finished_claim, DROP COLUMN IF EXISTS daemon_id,
    DROP COLUMN IF EXISTS cancel_requested_at, DROP COLUMN IF EXISTS resubmit_of, DROP COLUMN IF EXISTS due_at,
    DROP COLUMN IF EXISTS queue, DROP COLUMN IF EXISTS group_key, DROP COLUMN IF EXISTS waits,
    DROP COLUMN IF EXISTS batch_id, DROP COLUMN IF EXISTS has_dependents, DROP COLUMN IF EXISTS retry_seconds,
    DROP COLUMN IF EXISTS trace_context;
