-- ix_guard_claim: skips and notes an end by a writer that doesn't name the job's claim.
CREATE TRIGGER ix_guard_claim BEFORE UPDATE ON ix_jobs
    WHEN OLD.status = 'running' AND NEW.status IN ('done', 'error')
        AND NEW.claim_id IS NOT NULL AND NEW.finished_claim IS NOT NEW.claim_id
BEGIN
    INSERT INTO ix_refused_writes (rule, job_id, old_status, new_status)
    VALUES ('claim', OLD.job_id, OLD.status, NEW.status);
    SELECT RAISE(IGNORE);
END;
