-- ix_guard_edge: skips and notes a step that no job may take.
CREATE TRIGGER ix_guard_edge BEFORE UPDATE ON ix_jobs
    WHEN OLD.status = 'pending' AND NEW.status NOT IN ('pending', 'running', 'error')
BEGIN
    INSERT INTO ix_refused_writes (rule, job_id, old_status, new_status)
    VALUES ('edge', OLD.job_id, OLD.status, NEW.status);
    SELECT RAISE(IGNORE);
END;
