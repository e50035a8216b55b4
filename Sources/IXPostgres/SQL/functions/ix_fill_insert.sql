-- ix_fill_insert: fills in what foreign inserts leave out, such as use_case. Inserts of ix-worker name it, and never
-- enter the trigger. The search_path is the writer's, as in the guard.
CREATE OR REPLACE FUNCTION ix_fill_insert() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Fills in the values that a worker needs, and replaces values with which the row would never become due.
    IF NEW.ix_id IS NULL THEN
        NEW.ix_id := pg_catalog.left(pg_catalog.md5(pg_catalog.gen_random_uuid()::pg_catalog.text), 16);
    END IF;
    IF NEW.created_at IS NULL OR NOT pg_catalog.isfinite(NEW.created_at) THEN
        NEW.created_at := pg_catalog.now();
    END IF;
    -- A longer one can't be indexed: it stays null, as in a document without one, and the claim ends the job as bad_request.
    IF pg_catalog.octet_length(NEW.request OPERATOR(pg_catalog.->>) 'use_case') OPERATOR(pg_catalog.<=) 255 THEN
        NEW.use_case := NEW.request OPERATOR(pg_catalog.->>) 'use_case';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER ix_fill_insert BEFORE INSERT ON ix_jobs FOR EACH ROW
    WHEN (NEW.use_case IS NULL) EXECUTE FUNCTION ix_fill_insert();
