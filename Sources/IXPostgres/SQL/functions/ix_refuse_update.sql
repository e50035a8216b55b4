-- ix_refuse_update: notes a write that the guard refuses, and returns true. Returns false, and notes nothing, for a
-- foreign hand-back of a job whose daemon's lease has ended, because such a hand-back passes. Only the guard calls
-- the function.
CREATE OR REPLACE FUNCTION ix_refuse_update(job_id uuid, daemon_id uuid, old_status text, new_status text) RETURNS boolean
    LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    broken text;
BEGIN
    IF $3 IN ('done', 'error') THEN
        broken := 'terminal';
    ELSIF $3 = 'running' AND $4 = 'pending' THEN
        IF NOT EXISTS (SELECT 1 FROM ix_daemons w WHERE w.daemon_id = $2 AND w.lease_until > pg_catalog.now()) THEN
            RETURN false;
        END IF;
        broken := 'lease';
    ELSIF $3 = 'running' AND $4 IN ('done', 'error') THEN
        broken := 'claim';
    ELSE
        broken := 'edge';
    END IF;
    INSERT INTO ix_refused_writes (rule, job_id, old_status, new_status, application, role_name)
    VALUES (broken, $1, $3, $4, pg_catalog.current_setting('application_name', true), session_user);
    RETURN true;
END $$;
