-- ix_guard_lease: skips and notes a hand-back by foreign code while the claim's daemon is alive.
CREATE TRIGGER ix_guard_lease BEFORE UPDATE ON ix_jobs
    WHEN OLD.status = 'running' AND NEW.status = 'pending' AND NEW.claim_id IS NOT NULL
        AND EXISTS (SELECT 1 FROM ix_daemons WHERE daemon_id = OLD.daemon_id AND lease_until IS NULL)
BEGIN
    INSERT INTO ix_refused_writes (rule, job_id, old_status, new_status)
    VALUES ('lease', OLD.job_id, OLD.status, NEW.status);
    SELECT RAISE(IGNORE);
END;
