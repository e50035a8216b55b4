-- ix_clear_claim: clears the claim at a foreign running -> pending that the guards allow.
CREATE TRIGGER ix_clear_claim AFTER UPDATE ON ix_jobs
    WHEN OLD.status = 'running' AND NEW.status = 'pending' AND NEW.claim_id IS NOT NULL
BEGIN
    UPDATE ix_jobs SET claim_id = NULL, daemon_id = NULL WHERE job_id = NEW.job_id;
END;
