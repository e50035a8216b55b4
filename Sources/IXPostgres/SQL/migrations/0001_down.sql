-- 0001 down: restores the original table. Jobs and their original columns stay; every addition of ix-worker is
-- dropped.
DROP TRIGGER IF EXISTS ix_guard_update ON ix_jobs;
DROP TRIGGER IF EXISTS ix_fill_insert ON ix_jobs;
DROP FUNCTION IF EXISTS ix_guard_update();
DROP FUNCTION IF EXISTS ix_refuse_update(uuid, uuid, text, text);
DROP FUNCTION IF EXISTS ix_note_legacy_end(uuid);
DROP FUNCTION IF EXISTS ix_fill_insert();
DROP FUNCTION IF EXISTS ix_cancel(uuid);
DROP FUNCTION IF EXISTS ix_resubmit(uuid, text);
DROP FUNCTION IF EXISTS ix_redeliver(uuid);
DROP FUNCTION IF EXISTS ix_prune(bigint, integer, double precision, double precision, integer);
DROP FUNCTION IF EXISTS ix_enqueue_batch(jsonb);
DROP FUNCTION IF EXISTS ix_enqueue(jsonb, text, text, text, text, timestamptz, integer, integer, timestamptz);
DROP FUNCTION IF EXISTS ix_hint();
DROP FUNCTION IF EXISTS ix_send_hint(bigint);
DROP FUNCTION IF EXISTS ix_notify(text, text);
DROP FUNCTION IF EXISTS ix_next_hint(bigint, bigint);
DROP FUNCTION IF EXISTS ix_check_enqueue(jsonb, text, text, text, text, integer, integer, timestamptz, timestamptz);
DROP FUNCTION IF EXISTS ix_check_client(text);
DROP FUNCTION IF EXISTS ix_may_name(text);
DROP FUNCTION IF EXISTS ix_passes(text, text, text, jsonb, text);
DROP SEQUENCE IF EXISTS ix_hints;
DROP FUNCTION IF EXISTS ix_check_request(jsonb, text);
DROP FUNCTION IF EXISTS ix_checked_key(text, text);
DROP FUNCTION IF EXISTS ix_has_controls(text);
DROP FUNCTION IF EXISTS ix_is_too_long(jsonb);
DROP FUNCTION IF EXISTS ix_unfolds(jsonb);
DROP FUNCTION IF EXISTS ix_numbers_length(jsonb);
DROP FUNCTION IF EXISTS ix_is_too_deep(jsonb);
DROP FUNCTION IF EXISTS ix_is_url(text);
DROP FUNCTION IF EXISTS ix_check_url(text);
DROP FUNCTION IF EXISTS ix_has_texts(jsonb);
DROP FUNCTION IF EXISTS ix_is_time(timestamptz);
DROP FUNCTION IF EXISTS ix_read_time(text, text);
DROP FUNCTION IF EXISTS ix_read_integer(jsonb, text);
DROP FUNCTION IF EXISTS ix_hand_back(uuid[], uuid[], text, boolean, interval, text, text);
DROP FUNCTION IF EXISTS ix_error(ix_jobs, text, text);
DROP TABLE IF EXISTS ix_client_roles, ix_refused_writes, ix_moved_batches, ix_deliveries, ix_redeliveries, ix_callbacks,
    ix_legacy_ends, ix_progress, ix_attempts, ix_suspects, ix_daemons;
DROP INDEX IF EXISTS ix_jobs_due, ix_jobs_due_by_use_case, ix_jobs_running, ix_jobs_expiring;
ALTER TABLE ix_jobs RESET (autovacuum_vacuum_scale_factor, autovacuum_vacuum_threshold, autovacuum_analyze_scale_factor);
ALTER TABLE ix_jobs
    DROP COLUMN IF EXISTS use_case, DROP COLUMN IF EXISTS run_at, DROP COLUMN IF EXISTS priority,
    DROP COLUMN IF EXISTS max_attempts, DROP COLUMN IF EXISTS expires_at, DROP COLUMN IF EXISTS claim_id,
    DROP COLUMN IF EXISTS finished_claim, DROP COLUMN IF EXISTS daemon_id,
    DROP COLUMN IF EXISTS cancel_requested_at, DROP COLUMN IF EXISTS resubmit_of;
