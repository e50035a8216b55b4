-- ix_fill_insert: fills in what foreign inserts leave out. Inserts of ix-worker name use_case, and never enter the
-- trigger.
CREATE TRIGGER ix_fill_insert AFTER INSERT ON ix_jobs
    WHEN NEW.use_case IS NULL AND NEW.status = 'pending'
BEGIN
    -- Among duplicate names the last counts.
    UPDATE ix_jobs
       SET use_case = (SELECT atom FROM json_each(request) WHERE key = 'use_case' AND type = 'text' ORDER BY id DESC LIMIT 1),
           request = json_set(request, '$.ix_id', ix_id)
     WHERE job_id = NEW.job_id;
END;
