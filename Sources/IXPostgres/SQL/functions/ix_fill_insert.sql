-- ix_fill_insert: fills in what inserts leave out: values that a worker needs, and the job's place among the due ones.
-- Inserts of ix-worker name due_at and never enter the trigger, but for a job with expires_at or in a line. The trigger
-- compares one column, because the server prepares the clause anew for every INSERT. The row of a line is written here
-- for every writer; when the insert then meets a twin, the row stays without a job until an admission meets it.
--
-- The function has its owner's rights, because writers of ix_jobs need no rights on the tables of notes. The
-- search_path is the writer's, as in the guard.
CREATE OR REPLACE FUNCTION ix_fill_insert() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    -- A job that waits for others gets its place when the wait is over; ix_enqueue leaves out nothing.
    IF NEW.waits AND NEW.queue IS NULL AND NEW.status OPERATOR(pg_catalog.=) 'pending' AND NEW.expires_at IS NULL
       AND NEW.ix_id IS NOT NULL AND NEW.use_case IS NOT NULL AND pg_catalog.isfinite(NEW.created_at) THEN
        RETURN NEW;
    END IF;
    -- Fills in the values that a worker needs, and replaces values with which the row would never become due.
    IF NEW.ix_id IS NULL THEN
        NEW.ix_id := pg_catalog.left(pg_catalog.md5(pg_catalog.gen_random_uuid()::pg_catalog.text), 16);
    END IF;
    IF NEW.created_at IS NULL OR NOT pg_catalog.isfinite(NEW.created_at) THEN
        NEW.created_at := pg_catalog.now();
    END IF;
    -- A longer one can't be indexed: it stays null, as in a document without one, and the claim ends the job as bad_request.
    IF NEW.use_case IS NULL
       AND pg_catalog.octet_length(NEW.request OPERATOR(pg_catalog.->>) 'use_case') OPERATOR(pg_catalog.<=) 255 THEN
        NEW.use_case := NEW.request OPERATOR(pg_catalog.->>) 'use_case';
    END IF;
    IF NEW.status OPERATOR(pg_catalog.=) 'pending' THEN
        IF NEW.queue IS NULL THEN
            EXECUTE pg_catalog.format('SELECT o.line, o.lane FROM %I.ix_line_of(NULL, $1, $2, $3, $4, $5) AS o', TG_TABLE_SCHEMA)
               INTO NEW.queue, NEW.group_key USING NEW.group_key, NEW.priority, NEW.use_case, NEW.client_id, NEW.request;
        END IF;
        NEW.due_at := CASE WHEN NEW.queue IS NULL AND NEW.waits IS NULL THEN coalesce(NEW.run_at, NEW.created_at) END;
        IF NEW.queue IS NOT NULL THEN
            EXECUTE pg_catalog.format('SELECT %I.ix_enter_line($1, $2, $3, $4, $5, $6, $7)', TG_TABLE_SCHEMA)
              USING NEW.job_id, NEW.queue, NEW.group_key, NEW.priority, NEW.run_at, NEW.client_id, NEW.waits;
        END IF;
        IF NEW.expires_at IS NOT NULL THEN
            EXECUTE pg_catalog.format('SELECT %I.ix_note_expiring($1, $2)', TG_TABLE_SCHEMA) USING NEW.job_id, NEW.expires_at;
        END IF;
    ELSIF NEW.status OPERATOR(pg_catalog.=) 'running' THEN
        EXECUTE pg_catalog.format('SELECT %I.ix_note_running($1, $2)', TG_TABLE_SCHEMA) USING NEW.job_id, NEW.daemon_id;
    ELSIF NEW.status OPERATOR(pg_catalog.=) 'error' THEN
        EXECUTE pg_catalog.format('SELECT %I.ix_note_error($1, $2, $3, $4)', TG_TABLE_SCHEMA)
          USING NEW.created_at, NEW.job_id, NEW.use_case,
                NEW.response OPERATOR(pg_catalog.->) 'error' OPERATOR(pg_catalog.->>) 'code';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER ix_fill_insert BEFORE INSERT ON ix_jobs FOR EACH ROW
    WHEN (NEW.due_at IS NULL) EXECUTE FUNCTION ix_fill_insert();
