-- roles: who may do what, with the least of rights. For psql, as a superuser, in the database and schema of ix_jobs: once
-- after `ix-worker migrate`, and again after every later one. Running it again changes nothing.
--
--   ix_owner     owns tables and functions; nobody logs in as it
--   ix_migrator  runs `ix-worker migrate`, and `ixctl export` and `import`: acts as ix_owner
--   ix_producer  inserts, cancels and resubmits jobs, by the functions alone; sees no table
--   ix_worker    runs the daemon; can't change what callers said, nor delete their jobs but by
--                ix_prune, which takes only ended ones
--   ix_reader    looks: ixctl get, list, stats, watch
--
-- They are groups; whoever logs in is made a member of one or several:
--   CREATE ROLE worker_1 LOGIN PASSWORD '…' IN ROLE ix_worker;
-- ix-worker migrate best says who it acts as, so that what it makes is ix_owner's:
--   postgresql://deploy@server/ix?options=-c%20role%3Dix_owner
--
-- A former owner of ix_jobs that isn't a superuser becomes a member of ix_owner and keeps all it could do.
BEGIN;

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['ix_owner', 'ix_migrator', 'ix_producer', 'ix_worker', 'ix_reader'] LOOP
        IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = name) THEN
            EXECUTE format('CREATE ROLE %I NOLOGIN', name);
        END IF;
        EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', current_schema, name);
    END LOOP;
    GRANT ix_owner TO ix_migrator;
    EXECUTE format('GRANT CREATE ON SCHEMA %I TO ix_owner', current_schema);
END $$;

-- The tables: what the worker may beside reading, and what the reader may. A new table is a new line here.
DO $$
DECLARE
    one    record;
    former text;
BEGIN
    FOR one IN
        SELECT * FROM (VALUES
            ('ix_jobs', 'UPDATE (status, response, callback_status, attempts, max_attempts, run_at, started_at, finished_at,
                         claim_id, finished_claim, worker_id)', 'SELECT'),
            ('ix_workers', 'INSERT, UPDATE', 'SELECT'),
            ('ix_suspects', 'INSERT, UPDATE, DELETE', 'SELECT'),
            ('ix_attempts', 'INSERT', 'SELECT'),
            ('ix_progress', 'INSERT, UPDATE, DELETE', 'SELECT'),
            ('ix_callbacks', 'INSERT, UPDATE', 'SELECT'),
            ('ix_deliveries', 'INSERT', 'SELECT'),
            ('ix_untold', 'UPDATE, DELETE', 'SELECT'),
            ('ix_moved_batches', NULL, 'SELECT'),
            ('ix_refused_writes', NULL, 'SELECT'),
            ('ix_hints', NULL, 'SELECT'),
            ('ix_schema_migrations', NULL, 'SELECT')) AS t (name, worker, reader)
         WHERE to_regclass(name) IS NOT NULL
    LOOP
        SELECT r.rolname INTO former FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner
         WHERE c.oid = to_regclass(one.name) AND NOT r.rolsuper AND r.rolname NOT IN ('ix_owner', 'ix_migrator')
           AND NOT pg_has_role(r.oid, 'ix_owner', 'MEMBER');
        IF FOUND THEN
            EXECUTE format('GRANT ix_owner TO %I', former);
        END IF;
        EXECUTE format('ALTER TABLE %I OWNER TO ix_owner', one.name);
        EXECUTE format('REVOKE ALL ON %I FROM PUBLIC, ix_migrator, ix_producer, ix_worker, ix_reader', one.name);
        EXECUTE format('GRANT SELECT ON %I TO ix_worker', one.name);
        IF one.worker IS NOT NULL THEN
            EXECUTE format('GRANT %s ON %I TO ix_worker', one.worker, one.name);
        END IF;
        EXECUTE format('GRANT %s ON %I TO ix_reader', one.reader, one.name);
    END LOOP;
END $$;

-- The functions: whose rights they use, and who may call them. A new function is a new line here.
DO $$
DECLARE
    one record;
BEGIN
    FOR one IN
        SELECT p.oid::regprocedure AS signature, f.rights, f.callers
          FROM (VALUES
            -- For producers, who need no right on any table: the owner's.
            ('ix_enqueue', 'SECURITY DEFINER', 'ix_producer, ix_worker'),
            ('ix_enqueue_batch', 'SECURITY DEFINER', 'ix_producer, ix_worker'),
            -- Called by those two, and by nobody else.
            ('ix_hint', 'SECURITY INVOKER', NULL),
            ('ix_next_hint', 'SECURITY INVOKER', NULL),
            ('ix_send_hint', 'SECURITY DEFINER', NULL),
            ('ix_cancel', 'SECURITY DEFINER', 'ix_producer, ix_worker'),
            ('ix_resubmit', 'SECURITY DEFINER', 'ix_producer, ix_worker'),
            ('ix_redeliver', 'SECURITY DEFINER', 'ix_producer, ix_worker'),
            -- For the daemon, which may delete nothing itself.
            ('ix_prune', 'SECURITY DEFINER', 'ix_worker'),
            -- Called by the daemon's own statements.
            ('ix_hand_back', 'SECURITY INVOKER', 'ix_worker'),
            ('ix_error', 'SECURITY INVOKER', 'ix_worker'),
            -- Called by those above and by triggers.
            ('ix_check_request', 'SECURITY INVOKER', NULL),
            ('ix_checked_key', 'SECURITY INVOKER', NULL),
            ('ix_check_enqueue', 'SECURITY INVOKER', NULL),
            ('ix_passes', 'SECURITY INVOKER', NULL),
            ('ix_has_controls', 'SECURITY INVOKER', NULL),
            ('ix_is_too_deep', 'SECURITY INVOKER', NULL),
            ('ix_is_url', 'SECURITY INVOKER', NULL),
            ('ix_fill_insert', 'SECURITY INVOKER', NULL),
            ('ix_guard_update', 'SECURITY INVOKER', NULL),
            -- By the guard, for whoever writes.
            ('ix_refuse_update', 'SECURITY DEFINER', 'ix_worker'),
            ('ix_note_untold', 'SECURITY DEFINER', 'ix_worker')) AS f (name, rights, callers)
          JOIN pg_proc p ON p.proname = f.name AND p.pronamespace = current_schema::regnamespace
    LOOP
        EXECUTE format('ALTER FUNCTION %s OWNER TO ix_owner', one.signature);
        EXECUTE format('ALTER FUNCTION %s %s', one.signature, one.rights);
        IF one.rights = 'SECURITY DEFINER' THEN
            -- The caller's search_path must not decide which tables the owner's rights are used on.
            EXECUTE format('ALTER FUNCTION %s SET search_path = %I, pg_temp', one.signature, current_schema);
        END IF;
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC, ix_producer, ix_worker, ix_reader', one.signature);
        IF one.callers IS NOT NULL THEN
            EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO %s', one.signature, one.callers);
        END IF;
    END LOOP;
END $$;

COMMIT;
