-- roles: grants each role the least rights that its work needs. For psql, as a superuser, in the database and schema
-- of ix_jobs: once after `ix-worker migrate`, and again after every later migration. A second run changes nothing.
--
--   ix_owner     owns tables and functions; has no login
--   ix_migrator  runs `ix-worker migrate`, and `ixctl export` and `import`: acts as ix_owner
--   ix_producer  inserts, cancels and resubmits jobs, by the functions alone; sees no table
--   ix_worker    runs the daemon; can't change callers' data, nor delete jobs except by
--                ix_prune, which takes only ended jobs
--   ix_reader    reads: ixctl get, list, stats, watch
--   ix_server    serves HTTP: reads jobs, tokens and sessions; inserts and cancels by the functions; writes the audit
--   ix_operator  makes tokens; sets queues, groups and schedules; acts on many jobs by the functions
--
-- The roles are groups; each login becomes a member of one or several:
--   CREATE ROLE worker_1 LOGIN PASSWORD '...' IN ROLE ix_worker;
-- ix-worker migrate should name the role which it acts as, so that its tables belong to ix_owner:
--   postgresql://deploy@server/ix?options=-c%20role%3Dix_owner
--
-- A former owner of ix_jobs without superuser rights becomes a member of ix_owner and keeps all its rights.
--
-- The script stops in a schema where further roles may create functions, because such functions could run as
-- ix_owner. The script also refuses roles of its names which another script made, because their members would gain
-- rights.
BEGIN;
SELECT set_config('search_path', format('%I, pg_temp', current_schema()), true);

DO $$
DECLARE
    name text;
    mark text := 'ix-worker: made by migrate --roles';
BEGIN
    FOREACH name IN ARRAY ARRAY['ix_owner', 'ix_migrator', 'ix_producer', 'ix_worker', 'ix_reader', 'ix_server', 'ix_operator'] LOOP
        IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = name) THEN
            EXECUTE format('CREATE ROLE %I NOLOGIN', name);
            EXECUTE format('COMMENT ON ROLE %I IS %L', name, mark);
        ELSIF NOT EXISTS (SELECT 1 FROM pg_roles r WHERE r.rolname = name AND NOT r.rolsuper
                             AND shobj_description(r.oid, 'pg_authid') = mark) THEN
            RAISE EXCEPTION 'role % exists and was not created by this script', name USING ERRCODE = '42710',
                HINT = format('Rename the role. If this script did create the role: COMMENT ON ROLE %I IS %L;', name, mark);
        END IF;
        EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', current_schema, name);
    END LOOP;
    GRANT ix_owner TO ix_migrator;
    EXECUTE format('GRANT CREATE ON SCHEMA %I TO ix_owner', current_schema);
END $$;

-- The tables and sequences, with the rights of each role; null for no right. A new table is a new line here.
-- Tables that nothing writes yet have the rights that their use will need.
DO $$
DECLARE
    one     record;
    former  text;
    grantee text;
    rights  text;
BEGIN
    FOR one IN
        SELECT * FROM (VALUES
            -- name, ix_worker, ix_reader, ix_server, ix_operator
            ('ix_jobs', 'SELECT, UPDATE (status, response, callback_status, attempts, max_attempts, run_at, started_at, finished_at,
                         claim_id, finished_claim, daemon_id, due_at)',
             'SELECT', 'SELECT', 'SELECT'),
            ('ix_daemons', 'SELECT, INSERT, UPDATE', 'SELECT', 'SELECT', 'SELECT'),
            ('ix_suspects', 'SELECT, INSERT, UPDATE, DELETE', 'SELECT', 'SELECT', 'SELECT'),
            ('ix_attempts', 'SELECT, INSERT, UPDATE (attempt, claim_id, daemon_id, ended_at, exit_status, log_tail, starts)', 'SELECT', 'SELECT', 'SELECT'),
            ('ix_progress', 'SELECT, INSERT, UPDATE, DELETE', 'SELECT', 'SELECT', 'SELECT'),
            ('ix_callbacks', 'SELECT, INSERT, UPDATE', 'SELECT', 'SELECT', 'SELECT'),
            ('ix_deliveries', 'SELECT, INSERT', 'SELECT', 'SELECT', 'SELECT'),
            ('ix_redeliveries', 'SELECT, UPDATE, DELETE', 'SELECT', 'SELECT', 'SELECT'),
            ('ix_legacy_ends', 'SELECT, UPDATE, DELETE', 'SELECT', 'SELECT', 'SELECT'),
            ('ix_moved_batches', 'SELECT', 'SELECT', 'SELECT', 'SELECT'),
            ('ix_client_roles', 'SELECT', 'SELECT', 'SELECT', 'SELECT, INSERT, UPDATE, DELETE'),
            ('ix_refused_writes', 'SELECT', 'SELECT', 'SELECT', 'SELECT'),
            ('ix_hints', 'SELECT', 'SELECT', 'SELECT', 'SELECT'),
            ('ix_lines', 'SELECT, INSERT, UPDATE, DELETE', 'SELECT', 'SELECT', 'SELECT'),
            ('ix_turns', 'SELECT, USAGE', 'SELECT', 'SELECT', 'SELECT'),
            ('ix_running', 'SELECT, INSERT, UPDATE, DELETE', 'SELECT', 'SELECT', 'SELECT'),
            ('ix_expiring', 'SELECT, UPDATE, DELETE', 'SELECT', 'SELECT', 'SELECT'),
            ('ix_members', 'SELECT', 'SELECT', 'SELECT', 'SELECT'),
            ('ix_batches', 'SELECT', 'SELECT', 'SELECT', 'SELECT'),
            ('ix_queues', 'SELECT', 'SELECT', 'SELECT', 'SELECT, INSERT, UPDATE, DELETE'),
            ('ix_groups', 'SELECT', 'SELECT', 'SELECT', 'SELECT, INSERT, UPDATE, DELETE'),
            ('ix_rates', 'SELECT, INSERT, UPDATE', 'SELECT', 'SELECT', 'SELECT'),
            ('ix_admissions', 'SELECT, INSERT, DELETE', 'SELECT', 'SELECT', 'SELECT'),
            ('ix_admission_gate', 'SELECT, UPDATE', 'SELECT', 'SELECT', 'SELECT'),
            ('ix_release_gate', 'SELECT', 'SELECT', 'SELECT', 'SELECT'),
            ('ix_hand_on_gate', 'SELECT, UPDATE', 'SELECT', 'SELECT', 'SELECT'),
            ('ix_dependencies', 'SELECT', 'SELECT', 'SELECT', 'SELECT'),
            ('ix_ended', 'SELECT, INSERT', 'SELECT', 'SELECT', 'SELECT'),
            ('ix_schedules', 'SELECT', 'SELECT', 'SELECT', 'SELECT, INSERT, UPDATE, DELETE'),
            ('ix_receipts', 'SELECT', 'SELECT', 'SELECT', 'SELECT'),
            ('ix_receipt_marks', 'SELECT', 'SELECT', 'SELECT', 'SELECT'),
            ('ix_dedupes', 'SELECT', 'SELECT', 'SELECT', 'SELECT'),
            ('ix_full_clients', 'SELECT, UPDATE, DELETE', 'SELECT', 'SELECT', 'SELECT'),
            ('ix_errors', 'SELECT', 'SELECT', 'SELECT', 'SELECT'),
            ('ix_history', 'SELECT, INSERT, UPDATE, DELETE', 'SELECT', 'SELECT', 'SELECT'),
            ('ix_history_errors', 'SELECT, INSERT, UPDATE, DELETE', 'SELECT', 'SELECT', 'SELECT'),
            ('ix_levels', 'SELECT, INSERT, UPDATE', 'SELECT', 'SELECT, INSERT, UPDATE', 'SELECT'),
            ('ix_tokens', NULL, NULL, 'SELECT, UPDATE (last_used_at)', 'SELECT, INSERT, UPDATE'),
            ('ix_sessions', NULL, NULL, 'SELECT, INSERT, DELETE', 'SELECT, INSERT, DELETE'),
            ('ix_audit', NULL, NULL, 'SELECT', 'SELECT'),
            ('ix_operations', NULL, NULL, 'SELECT, INSERT, UPDATE', 'SELECT, INSERT, UPDATE'),
            ('ix_schema_migrations', 'SELECT', 'SELECT', 'SELECT', 'SELECT'),
            ('ix_schema_objects', 'SELECT', 'SELECT', 'SELECT', 'SELECT')) AS t (name, worker, reader, server, operator)
         WHERE to_regclass(name) IS NOT NULL
    LOOP
        SELECT r.rolname INTO former FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner
         WHERE c.oid = to_regclass(one.name) AND NOT r.rolsuper AND r.rolname NOT IN ('ix_owner', 'ix_migrator')
           AND NOT pg_has_role(r.oid, 'ix_owner', 'MEMBER');
        IF FOUND THEN
            EXECUTE format('GRANT ix_owner TO %I', former);
            RAISE NOTICE '% owned % and becomes a member of ix_owner', former, one.name;
        END IF;
        EXECUTE format('ALTER TABLE %I OWNER TO ix_owner', one.name);
        EXECUTE format('REVOKE ALL ON %I FROM PUBLIC, ix_migrator, ix_producer, ix_worker, ix_reader, ix_server, ix_operator',
                       one.name);
        FOR grantee, rights IN
            SELECT * FROM (VALUES ('ix_worker', one.worker), ('ix_reader', one.reader), ('ix_server', one.server),
                                  ('ix_operator', one.operator)) AS r (grantee, rights) WHERE r.rights IS NOT NULL
        LOOP
            EXECUTE format('GRANT %s ON %I TO %I', rights, one.name, grantee);
        END LOOP;
    END LOOP;
END $$;

-- A function that another role creates here could be called in place of ix-worker's function. The check leaves out
-- the schema's owner and the members of ix_owner, because both could replace ix-worker's functions in any case.
DO $$
DECLARE
    others text;
BEGIN
    SELECT string_agg(DISTINCT coalesce(quote_ident(r.rolname), 'PUBLIC'), ', ') INTO others
      FROM pg_namespace n
     CROSS JOIN LATERAL aclexplode(coalesce(n.nspacl, acldefault('n', n.nspowner))) AS a
      LEFT JOIN pg_roles r ON r.oid = a.grantee
     WHERE n.oid = quote_ident(current_schema())::regnamespace AND a.privilege_type = 'CREATE' AND a.grantee <> n.nspowner
       AND NOT coalesce(r.rolsuper OR pg_has_role(r.oid, 'ix_owner', 'MEMBER'), false);
    IF others IS NOT NULL THEN
        RAISE EXCEPTION 'other roles may create functions in schema %: %', current_schema(), others USING ERRCODE = '42501',
            HINT = format('REVOKE CREATE ON SCHEMA %I FROM %s; then check what these roles created there.', current_schema(), others);
    END IF;
END $$;

-- The functions, with the rights under which each runs and its callers. A new function is a new line here. A function
-- with an equal name and different arguments is foreign and stays unchanged.
DO $$
DECLARE
    one   record;
    stray text;
BEGIN
    FOR one IN
        SELECT p.oid::regprocedure AS signature, f.rights, f.callers, p.proconfig::text LIKE '%search_path=%' AS has_path
          FROM (VALUES
            -- For producers, which have no right on any table: the owner's rights.
            ('ix_enqueue(jsonb, text, text, text, text, timestamptz, integer, integer, timestamptz, text, text, text, text, text, text, double precision, uuid[], text, uuid)',
             'SECURITY DEFINER', 'ix_producer, ix_worker, ix_server, ix_operator'),
            ('ix_enqueue_batch(jsonb)', 'SECURITY DEFINER', 'ix_producer, ix_worker, ix_server, ix_operator'),
            -- For ix-worker's own programs, which check a job before. Not for producers: the function checks nothing.
            ('ix_insert_checked(uuid[], text[], text[], text[], text[], text[], text[], integer[], text[])', 'SECURITY DEFINER',
             'ix_worker, ix_server, ix_operator'),
            ('ix_batch(jsonb, text, text, text, text, timestamptz, integer, integer, timestamptz, text, text, text, text, text, boolean)',
             'SECURITY DEFINER', 'ix_producer, ix_worker, ix_server, ix_operator'),
            ('ix_close_batch(uuid)', 'SECURITY DEFINER', 'ix_producer, ix_worker, ix_server, ix_operator'),
            ('ix_cancel_batch(uuid)', 'SECURITY DEFINER', 'ix_producer, ix_worker, ix_server, ix_operator'),
            ('ix_batch_state(uuid)', 'SECURITY DEFINER', 'ix_producer, ix_worker, ix_reader, ix_server, ix_operator'),
            ('ix_cancel(uuid)', 'SECURITY DEFINER', 'ix_producer, ix_worker, ix_server, ix_operator'),
            ('ix_resubmit(uuid, text)', 'SECURITY DEFINER', 'ix_producer, ix_worker, ix_server, ix_operator'),
            ('ix_redeliver(uuid)', 'SECURITY DEFINER', 'ix_producer, ix_worker, ix_server, ix_operator'),
            ('ix_end_of(uuid)', 'SECURITY DEFINER', 'ix_producer, ix_worker, ix_reader, ix_server, ix_operator'),
            -- The caller's rights: a procedure with the owner's can't commit.
            ('ix_wait(uuid, interval, text, jsonb)', 'SECURITY INVOKER', 'ix_producer, ix_worker, ix_reader, ix_server, ix_operator'),
            -- For operators and the daemon, which themselves may delete no job.
            ('ix_erase(uuid)', 'SECURITY DEFINER', 'ix_operator, ix_server'),
            ('ix_prune(bigint, integer, double precision, double precision, integer, boolean)', 'SECURITY DEFINER', 'ix_worker'),
            ('ix_prune_access(integer, double precision)', 'SECURITY DEFINER', 'ix_worker'),
            -- For every login that changes jobs: the audit can be added to, and not changed.
            ('ix_record_audit(text, text, text, text, jsonb, bigint, text, text)', 'SECURITY DEFINER',
             'ix_producer, ix_worker, ix_server, ix_operator'),
            ('ix_reschedule(uuid, timestamptz, integer)', 'SECURITY DEFINER', 'ix_operator, ix_server'),
            ('ix_move(uuid[], text)', 'SECURITY DEFINER', 'ix_operator, ix_server'),
            ('ix_pause(text, text)', 'SECURITY DEFINER', 'ix_operator, ix_server'),
            ('ix_resume(text, text)', 'SECURITY DEFINER', 'ix_operator, ix_server'),
            ('ix_scale_workers(integer, text, uuid)', 'SECURITY DEFINER', 'ix_operator, ix_server'),
            ('ix_set_queue(text, jsonb)', 'SECURITY DEFINER', 'ix_operator, ix_server'),
            ('ix_set_group(text, text, integer)', 'SECURITY DEFINER', 'ix_operator, ix_server'),
            -- For the daemon, which may set the queues of its files alone.
            ('ix_enter_file(text, text, jsonb)', 'SECURITY DEFINER', 'ix_worker'),
            ('ix_schedule(text, jsonb, text, double precision, text, text, text, text, integer, integer, text, double precision, text, timestamptz, timestamptz)',
             'SECURITY DEFINER', 'ix_operator, ix_server'),
            ('ix_unschedule(text)', 'SECURITY DEFINER', 'ix_operator, ix_server'),
            ('ix_pause_schedule(text)', 'SECURITY DEFINER', 'ix_operator, ix_server'),
            ('ix_resume_schedule(text)', 'SECURITY DEFINER', 'ix_operator, ix_server'),
            ('ix_fire_now(text)', 'SECURITY DEFINER', 'ix_operator, ix_server'),
            ('ix_enter_schedules(text, text, jsonb)', 'SECURITY DEFINER', 'ix_worker'),
            -- For the daemon, by whose plan a schedule fires.
            ('ix_plan(text, bigint, timestamptz, timestamptz, text)', 'SECURITY DEFINER', 'ix_worker'),
            ('ix_fire(text, bigint, timestamptz, timestamptz)', 'SECURITY DEFINER', 'ix_worker'),
            -- For the daemon, which may not change dependencies.
            ('ix_release(integer)', 'SECURITY DEFINER', 'ix_worker'),
            -- For the daemon, which may not change a job's queue.
            ('ix_enter_queues(integer)', 'SECURITY DEFINER', 'ix_worker'),
            -- Called by the daemon's own statements.
            ('ix_admit(integer, jsonb, text[], text[])', 'SECURITY INVOKER', 'ix_worker'),
            ('ix_hand_on(uuid, uuid, uuid, uuid, boolean, text[], boolean, text[])', 'SECURITY INVOKER', 'ix_worker'),
            ('ix_rate_room(timestamptz, timestamptz, integer, double precision, integer)', 'SECURITY INVOKER', 'ix_worker'),
            ('ix_hand_back(uuid[], uuid[], text, boolean, interval, text, text)', 'SECURITY INVOKER', 'ix_worker'),
            ('ix_error(ix_jobs, text, text)', 'SECURITY INVOKER', 'ix_worker'),
            ('ix_has_followers(ix_jobs)', 'SECURITY INVOKER', 'ix_worker, ix_reader, ix_server, ix_operator'),
            ('ix_count_open(uuid, integer)', 'SECURITY INVOKER', 'ix_worker, ix_reader, ix_server, ix_operator'),
            ('ix_after_end(uuid[], boolean)', 'SECURITY INVOKER', 'ix_worker'),
            -- Called by the functions above.
            ('ix_hint()', 'SECURITY INVOKER', NULL),
            ('ix_new_id()', 'SECURITY INVOKER', NULL),
            ('ix_next_hint(bigint, bigint)', 'SECURITY INVOKER', NULL),
            ('ix_notify(text, text)', 'SECURITY INVOKER', NULL),
            ('ix_send_hint(bigint)', 'SECURITY INVOKER', NULL),
            ('ix_check_request(jsonb, text)', 'SECURITY INVOKER', NULL),
            ('ix_may_name(text)', 'SECURITY INVOKER', NULL),
            ('ix_check_client(text)', 'SECURITY INVOKER', NULL),
            ('ix_checked_key(text, text)', 'SECURITY INVOKER', NULL),
            ('ix_check_enqueue(jsonb, text, text, text, text, integer, integer, timestamptz, timestamptz)', 'SECURITY INVOKER', NULL),
            ('ix_check_url(text)', 'SECURITY INVOKER', NULL),
            ('ix_read_seconds(jsonb, text)', 'SECURITY INVOKER', NULL),
            ('ix_pair(text, text)', 'SECURITY INVOKER', NULL),
            ('ix_client_mark(text)', 'SECURITY INVOKER', NULL),
            ('ix_check_batch(text, uuid)', 'SECURITY INVOKER', NULL),
            ('ix_join_batch(uuid, text, uuid)', 'SECURITY INVOKER', NULL),
            ('ix_cancel_members(uuid, integer)', 'SECURITY INVOKER', NULL),
            ('ix_settle_batches(uuid[], uuid[], uuid[], uuid[])', 'SECURITY INVOKER', NULL),
            ('ix_fail_waiting(uuid[], uuid[], uuid[])', 'SECURITY INVOKER', NULL),
            ('ix_has_receipt(text, text)', 'SECURITY INVOKER', NULL),
            ('ix_mark_receipts()', 'SECURITY INVOKER', NULL),
            ('ix_check_dedupe(text, text, double precision)', 'SECURITY INVOKER', NULL),
            ('ix_answer_dedupe(jsonb, text, text, text, text, integer, integer, timestamptz, timestamptz, uuid[], text, uuid, uuid)',
             'SECURITY INVOKER', NULL),
            ('ix_dedupe(text, text, text, text, text, double precision, timestamptz)', 'SECURITY INVOKER', NULL),
            ('ix_note_dedupe(uuid, text, text, text, double precision, timestamptz, uuid)', 'SECURITY INVOKER', NULL),
            ('ix_read_ids(jsonb, text)', 'SECURITY INVOKER', NULL),
            ('ix_read_id(jsonb, text)', 'SECURITY INVOKER', NULL),
            ('ix_check_after(text, uuid[], text)', 'SECURITY INVOKER', NULL),
            ('ix_note_after(uuid, text, uuid[], text)', 'SECURITY INVOKER', NULL),
            ('ix_has_texts(jsonb)', 'SECURITY INVOKER', NULL),
            ('ix_is_time(timestamptz)', 'SECURITY INVOKER', NULL),
            ('ix_read_time(text, text)', 'SECURITY INVOKER', NULL),
            ('ix_read_integer(jsonb, text)', 'SECURITY INVOKER', NULL),
            ('ix_passes(text, text, text, jsonb, text)', 'SECURITY INVOKER', NULL),
            ('ix_has_controls(text)', 'SECURITY INVOKER', NULL),
            ('ix_is_too_deep(jsonb)', 'SECURITY INVOKER', NULL),
            ('ix_is_too_long(jsonb)', 'SECURITY INVOKER', NULL),
            ('ix_unfolds(jsonb)', 'SECURITY INVOKER', NULL),
            ('ix_numbers_length(jsonb)', 'SECURITY INVOKER', NULL),
            ('ix_is_url(text)', 'SECURITY INVOKER', NULL),
            ('ix_check_schedule(ix_schedules)', 'SECURITY INVOKER', NULL),
            ('ix_put_schedule(ix_schedules)', 'SECURITY INVOKER', NULL),
            ('ix_insert_fire(ix_schedules, text)', 'SECURITY INVOKER', NULL),
            ('ix_insert_scheduled(jsonb, text, text, integer, integer, text, text)', 'SECURITY INVOKER', NULL),
            ('ix_halt_passes()', 'SECURITY INVOKER', NULL),
            ('ix_recall(text, text)', 'SECURITY INVOKER', NULL),
            ('ix_make_queue(text)', 'SECURITY INVOKER', NULL),
            ('ix_change_queue(text, jsonb)', 'SECURITY INVOKER', NULL),
            ('ix_check_line(text, text, integer, text, text, text)', 'SECURITY INVOKER', NULL),
            ('ix_line_of(text, text, integer, text, text, jsonb)', 'SECURITY INVOKER', NULL),
            ('ix_group_of(text, text, jsonb)', 'SECURITY INVOKER', NULL),
            -- Called by triggers, for every writer.
            ('ix_enter_line(uuid, text, text, integer, timestamptz, text, boolean)', 'SECURITY INVOKER', NULL),
            ('ix_leave_line(uuid)', 'SECURITY INVOKER', NULL),
            ('ix_note_ended(uuid)', 'SECURITY INVOKER', NULL),
            ('ix_after_delete()', 'SECURITY DEFINER', NULL),
            ('ix_forget_waiting(uuid, uuid)', 'SECURITY INVOKER', NULL),
            ('ix_fill_insert()', 'SECURITY DEFINER', NULL),
            ('ix_guard_update()', 'SECURITY DEFINER', NULL),
            ('ix_refuse_update(uuid, uuid, text, text)', 'SECURITY INVOKER', NULL),
            ('ix_note_legacy_end(uuid)', 'SECURITY INVOKER', NULL),
            ('ix_note_running(uuid, uuid)', 'SECURITY INVOKER', NULL),
            ('ix_note_error(timestamptz, uuid, text, text)', 'SECURITY INVOKER', NULL),
            ('ix_note_expiring(uuid, timestamptz)', 'SECURITY INVOKER', NULL)) AS f (signature, rights, callers)
          JOIN pg_proc p ON p.oid = to_regprocedure(f.signature)
    LOOP
        EXECUTE format('ALTER ROUTINE %s OWNER TO ix_owner', one.signature);
        EXECUTE format('ALTER ROUTINE %s %s', one.signature, one.rights);
        IF one.has_path THEN
            -- The schema may have been renamed since.
            EXECUTE format('ALTER ROUTINE %s SET search_path = %I, pg_temp', one.signature, current_schema());
        ELSIF one.signature = to_regprocedure('ix_wait(uuid, interval, text, jsonb)') THEN
            -- A procedure that commits has the path in its text.
            EXECUTE regexp_replace(pg_get_functiondef(one.signature), 'CONSTANT pg_catalog\.text := E?''(?:[^'']|'''')*''',
                'CONSTANT pg_catalog.text := ' || replace(quote_literal(format('%I, pg_temp', current_schema())), '\', '\\'));
        END IF;
        EXECUTE format('REVOKE ALL ON ROUTINE %s FROM PUBLIC, ix_producer, ix_worker, ix_reader, ix_server,
                        ix_operator', one.signature);
        IF one.callers IS NOT NULL THEN
            EXECUTE format('GRANT EXECUTE ON ROUTINE %s TO %s', one.signature, one.callers);
        END IF;
    END LOOP;
    SELECT string_agg(p.oid::regprocedure::text, ', ') INTO stray
      FROM pg_proc p
     WHERE p.pronamespace = quote_ident(current_schema())::regnamespace AND p.proowner <> 'ix_owner'::regrole
       AND p.proname IN (SELECT q.proname FROM pg_proc q
                          WHERE q.pronamespace = p.pronamespace AND q.proowner = 'ix_owner'::regrole);
    IF stray IS NOT NULL THEN
        RAISE WARNING 'other functions have the names of ix-worker''s functions and are not changed: %', stray;
    END IF;
END $$;

COMMIT;
