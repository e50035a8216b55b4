-- ix_guard_update: refuses writes to ix_jobs. The trigger has no WHEN clause. The server parses such a
-- clause anew for every UPDATE that names the table, which cost more than the update. A refused write is skipped and
-- noted, not raised, because an exception would stop a legacy worker at its start-up sweep.
--
-- The first branch lets ix-worker's own claims and ends as done pass, which have set due_at to null themselves. It is one
-- expression, because each expression is prepared anew in every transaction. Behind it, for every writer: due_at is
-- coalesce(run_at, created_at) exactly while a job is pending, has no queue and doesn't wait for others; a pending job
-- with a queue stands in its line, and an ended one does not.
--
-- The function has its owner's rights, because writers of ix_jobs need no rights on the tables of notes. The function
-- has the writer's search_path, because setting a path would cost each update more than all else here. So every
-- operator and function is qualified by its schema. IN, IS DISTINCT FROM and CASE with a value can't be qualified,
-- and are not used. Only its trigger may call the function.
CREATE OR REPLACE FUNCTION ix_guard_update() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    is_skipped boolean;
BEGIN
    IF (NEW.due_at IS NULL AND CASE
            WHEN NEW.status OPERATOR(pg_catalog.=) 'running' THEN
                OLD.status OPERATOR(pg_catalog.=) 'pending' AND NEW.claim_id IS NOT NULL
            ELSE NEW.finished_claim OPERATOR(pg_catalog.=) NEW.claim_id AND OLD.status OPERATOR(pg_catalog.=) 'running'
                AND NEW.status OPERATOR(pg_catalog.=) 'done' END) THEN
        RETURN NEW;
    END IF;
    IF OLD.status OPERATOR(pg_catalog.=) 'running' AND NEW.status OPERATOR(pg_catalog.=) ANY (ARRAY['done', 'error'])
       AND NEW.claim_id IS NULL AND NEW.callback_url IS NOT NULL AND NEW.cancel_requested_at IS NULL THEN
        -- A legacy worker's own job: the legacy worker may have sent no callback.
        EXECUTE pg_catalog.format('SELECT %I.ix_note_legacy_end($1)', TG_TABLE_SCHEMA) USING NEW.job_id;
    END IF;
    IF NEW.has_dependents AND NEW.claim_id IS NULL AND OLD.status OPERATOR(pg_catalog.=) ANY (ARRAY['pending', 'running'])
       AND NEW.status OPERATOR(pg_catalog.=) ANY (ARRAY['done', 'error']) THEN
        -- A legacy worker's own job, with dependent jobs. A second note is harmless.
        EXECUTE pg_catalog.format('SELECT %I.ix_note_ended($1)', TG_TABLE_SCHEMA) USING NEW.job_id;
    END IF;
    IF (CASE
            WHEN OLD.status OPERATOR(pg_catalog.=) 'pending' THEN
                NEW.status OPERATOR(pg_catalog.<>) ALL (ARRAY['pending', 'running', 'error'])
            WHEN OLD.status OPERATOR(pg_catalog.=) 'running' THEN CASE
                WHEN NEW.status OPERATOR(pg_catalog.=) 'running' THEN false
                WHEN NEW.status OPERATOR(pg_catalog.=) 'pending' THEN NEW.claim_id IS NOT NULL
                WHEN NEW.status OPERATOR(pg_catalog.=) ANY (ARRAY['done', 'error']) THEN
                    NEW.claim_id IS NOT NULL AND coalesce(NEW.finished_claim OPERATOR(pg_catalog.<>) NEW.claim_id, true)
                ELSE true END
            ELSE NEW.status OPERATOR(pg_catalog.<>) OLD.status
                -- Byte by byte, with null like any other value.
                OR ROW(NEW.job_id, NEW.ix_id, NEW.client_id, NEW.request_id, NEW.request, NEW.response, NEW.callback_url,
                       NEW.attempts, NEW.created_at, NEW.started_at, NEW.finished_at, NEW.use_case, NEW.run_at, NEW.priority,
                       NEW.max_attempts, NEW.expires_at, NEW.claim_id, NEW.finished_claim, NEW.daemon_id,
                       NEW.cancel_requested_at, NEW.resubmit_of, NEW.due_at, NEW.queue, NEW.group_key, NEW.waits, NEW.batch_id,
                       NEW.has_dependents, NEW.retry_seconds, NEW.trace_context)::pg_catalog.record
                   OPERATOR(pg_catalog.*<>)
                   ROW(OLD.job_id, OLD.ix_id, OLD.client_id, OLD.request_id, OLD.request, OLD.response, OLD.callback_url,
                       OLD.attempts, OLD.created_at, OLD.started_at, OLD.finished_at, OLD.use_case, OLD.run_at, OLD.priority,
                       OLD.max_attempts, OLD.expires_at, OLD.claim_id, OLD.finished_claim, OLD.daemon_id,
                       OLD.cancel_requested_at, OLD.resubmit_of, OLD.due_at, OLD.queue, OLD.group_key, OLD.waits, OLD.batch_id,
                       OLD.has_dependents, OLD.retry_seconds, OLD.trace_context)::pg_catalog.record
                OR NOT coalesce(
                       NEW.callback_status OPERATOR(pg_catalog.=) OLD.callback_status
                       OR (OLD.callback_status IS NULL AND (NEW.callback_status IS NULL
                           OR NEW.callback_status OPERATOR(pg_catalog.=) ANY (ARRAY['delivered', 'failed'])))
                       OR (OLD.callback_status OPERATOR(pg_catalog.=) 'failed'
                           AND NEW.callback_status OPERATOR(pg_catalog.=) 'delivered'), false)
            END) THEN
        EXECUTE pg_catalog.format('SELECT %I.ix_refuse_update($1, $2, $3::pg_catalog.text, $4::pg_catalog.text)',
                                  TG_TABLE_SCHEMA)
           INTO is_skipped USING OLD.job_id, OLD.daemon_id, OLD.status, NEW.status;
        IF is_skipped THEN
            RETURN NULL;
        END IF;
        NEW.claim_id := NULL;
        NEW.daemon_id := NULL;
    END IF;
    IF NEW.status OPERATOR(pg_catalog.=) 'pending' THEN
        -- A priority puts a plain job into the line of its use case.
        IF NEW.queue IS NULL AND NEW.priority OPERATOR(pg_catalog.<>) 0 AND NEW.priority OPERATOR(pg_catalog.<>) OLD.priority THEN
            NEW.queue := NEW.use_case;
        END IF;
        NEW.due_at := CASE WHEN NEW.queue IS NULL AND NEW.waits IS NULL THEN coalesce(NEW.run_at, NEW.created_at) END;
        IF NEW.expires_at IS NOT NULL AND (OLD.status OPERATOR(pg_catalog.<>) 'pending'
           OR coalesce(NEW.expires_at OPERATOR(pg_catalog.<>) OLD.expires_at, true)) THEN
            EXECUTE pg_catalog.format('SELECT %I.ix_note_expiring($1, $2)', TG_TABLE_SCHEMA) USING NEW.job_id, NEW.expires_at;
        END IF;
        IF OLD.waits AND NEW.waits IS NULL AND NEW.queue IS NOT NULL THEN
            -- A job that waits for others has no place in the order yet.
            EXECUTE pg_catalog.format('SELECT %I.ix_leave_line($1)', TG_TABLE_SCHEMA) USING NEW.job_id;
        END IF;
        -- Into line: a job that goes back, is moved, or gets another priority or time. A job that waits for others sleeps there.
        IF NEW.queue IS NOT NULL AND (OLD.status OPERATOR(pg_catalog.<>) 'pending'
           OR ROW(NEW.queue, NEW.group_key, NEW.priority, NEW.run_at, NEW.waits)::pg_catalog.record
              OPERATOR(pg_catalog.*<>) ROW(OLD.queue, OLD.group_key, OLD.priority, OLD.run_at, OLD.waits)::pg_catalog.record) THEN
            EXECUTE pg_catalog.format('SELECT %I.ix_enter_line($1, $2, $3, $4, $5, $6, $7)', TG_TABLE_SCHEMA)
              USING NEW.job_id, NEW.queue, NEW.group_key, NEW.priority, NEW.run_at, NEW.client_id, NEW.waits;
        END IF;
    ELSE
        NEW.due_at := NULL;
        -- An end that isn't a daemon's own, or a legacy worker's claim, which no limit binds.
        IF NEW.queue IS NOT NULL AND NEW.status OPERATOR(pg_catalog.<>) OLD.status THEN
            EXECUTE pg_catalog.format('SELECT %I.ix_leave_line($1)', TG_TABLE_SCHEMA) USING NEW.job_id;
        END IF;
        IF OLD.status OPERATOR(pg_catalog.=) 'pending' AND NEW.status OPERATOR(pg_catalog.=) 'running' THEN
            -- A legacy worker's claim, which declares nothing and waits for no parent.
            IF NEW.waits THEN
                NEW.waits := NULL;
                EXECUTE pg_catalog.format('SELECT %I.ix_note_ended($1)', TG_TABLE_SCHEMA) USING NEW.job_id;
            END IF;
            EXECUTE pg_catalog.format('SELECT %I.ix_note_running($1, $2)', TG_TABLE_SCHEMA) USING NEW.job_id, NEW.daemon_id;
        ELSIF NEW.status OPERATOR(pg_catalog.=) 'error' AND OLD.status OPERATOR(pg_catalog.<>) 'error' THEN
            -- The job waits for no parent any more.
            IF NEW.waits THEN
                NEW.waits := NULL;
                EXECUTE pg_catalog.format('SELECT %I.ix_note_ended($1)', TG_TABLE_SCHEMA) USING NEW.job_id;
            END IF;
            EXECUTE pg_catalog.format('SELECT %I.ix_note_error($1, $2, $3, $4)', TG_TABLE_SCHEMA)
              USING NEW.created_at, NEW.job_id, NEW.use_case,
                    NEW.response OPERATOR(pg_catalog.->) 'error' OPERATOR(pg_catalog.->>) 'code';
        END IF;
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER ix_guard_update BEFORE UPDATE ON ix_jobs FOR EACH ROW EXECUTE FUNCTION ix_guard_update();
