-- ix_guard_terminal: skips and notes a change of an ended job, but for callback_status. As on PostgreSQL a refused
-- write raises no error: RAISE(IGNORE) leaves the row, and the note before it, unchanged.
CREATE TRIGGER ix_guard_terminal BEFORE UPDATE ON ix_jobs
    WHEN OLD.status IN ('done', 'error') AND (
        NEW.status <> OLD.status OR NEW.job_id <> OLD.job_id OR NEW.ix_id <> OLD.ix_id
        OR NEW.client_id <> OLD.client_id OR NEW.request_id <> OLD.request_id
        OR NEW.callback_url IS NOT OLD.callback_url OR NEW.attempts <> OLD.attempts
        OR NEW.created_at <> OLD.created_at OR NEW.started_at IS NOT OLD.started_at
        OR NEW.finished_at IS NOT OLD.finished_at OR NEW.use_case IS NOT OLD.use_case
        OR NEW.run_at IS NOT OLD.run_at OR NEW.priority <> OLD.priority OR NEW.max_attempts <> OLD.max_attempts
        OR NEW.expires_at IS NOT OLD.expires_at OR NEW.claim_id IS NOT OLD.claim_id
        OR NEW.finished_claim IS NOT OLD.finished_claim OR NEW.daemon_id IS NOT OLD.daemon_id
        OR NEW.cancel_requested_at IS NOT OLD.cancel_requested_at OR NEW.resubmit_of IS NOT OLD.resubmit_of
        OR NEW.due_at IS NOT OLD.due_at OR NEW.queue IS NOT OLD.queue OR NEW.group_key IS NOT OLD.group_key
        OR NEW.waits IS NOT OLD.waits OR NEW.batch_id IS NOT OLD.batch_id
        OR NEW.has_dependents IS NOT OLD.has_dependents OR NEW.retry_seconds IS NOT OLD.retry_seconds
        OR NEW.trace_context IS NOT OLD.trace_context OR NEW.request <> OLD.request OR NEW.response IS NOT OLD.response
        OR (NEW.callback_status IS NOT OLD.callback_status AND NOT coalesce(
                (OLD.callback_status IS NULL AND NEW.callback_status IN ('delivered', 'failed'))
                OR (OLD.callback_status = 'failed' AND NEW.callback_status = 'delivered'), false)))
BEGIN
    INSERT INTO ix_refused_writes (rule, job_id, old_status, new_status)
    VALUES ('terminal', OLD.job_id, OLD.status, NEW.status);
    SELECT RAISE(IGNORE);
END;
