-- 0001: the original ix_jobs, ix-worker's additions, its guards and its functions.
--
-- An existing ix_jobs is adopted in place: new columns are nullable or have a constant default, so no row is rewritten.
-- Of the rows only live ones are touched that were swept before (max_attempts = attempts + 3) or lack a tag or a finite time.
--
-- No function of ix-worker is executable by PUBLIC, and no caller's search_path decides the meaning of a name. Each
-- function either keeps the path below (SET search_path FROM CURRENT) or qualifies every name by its schema. The
-- second form is for functions where a path of their own would cost every job.
SELECT set_config('search_path', format('%I, pg_temp', current_schema()), true);

DO $$
BEGIN
    IF current_setting('server_encoding') <> 'UTF8' THEN
        RAISE EXCEPTION 'the database''s encoding is %, and documents need UTF8', current_setting('server_encoding')
            USING ERRCODE = '42P16', HINT = 'CREATE DATABASE ... ENCODING ''UTF8'' TEMPLATE template0';
    END IF;
END $$;

-- A foreign function under a name of ix-worker could be reached by calls in place of ix-worker's function.
DO $$
DECLARE
    stray text;
BEGIN
    SELECT string_agg(p.oid::regprocedure::text, ', ') INTO stray
      FROM pg_proc p
     WHERE p.pronamespace = current_schema()::regnamespace
       AND p.proname IN ('ix_guard_update', 'ix_refuse_update', 'ix_note_legacy_end', 'ix_fill_insert', 'ix_has_controls',
                         'ix_is_too_deep', 'ix_numbers_length', 'ix_unfolds', 'ix_is_too_long', 'ix_is_url', 'ix_check_url',
                         'ix_has_texts', 'ix_is_time', 'ix_read_time', 'ix_read_integer', 'ix_checked_key',
                         'ix_check_request', 'ix_passes', 'ix_next_hint', 'ix_notify', 'ix_send_hint', 'ix_hint',
                         'ix_may_name', 'ix_check_client', 'ix_check_enqueue', 'ix_enqueue', 'ix_enqueue_batch', 'ix_error',
                         'ix_cancel', 'ix_resubmit', 'ix_hand_back', 'ix_redeliver', 'ix_prune');
    IF stray IS NOT NULL THEN
        RAISE EXCEPTION 'other functions have the names of ix-worker''s functions: %; rename or drop them', stray
            USING ERRCODE = '42723';
    END IF;
END $$;

-- An existing relation with the table's name must be an ordinary table, because rules, children and partitions belong
-- to legacy code.
DO $$
DECLARE
    fault text;
BEGIN
    SELECT CASE WHEN c.relkind = 'p' THEN 'it is a partitioned table' WHEN c.relispartition THEN 'it is a partition'
                WHEN c.relkind = 'v' THEN 'it is a view' WHEN c.relkind = 'm' THEN 'it is a materialized view'
                WHEN c.relkind = 'f' THEN 'it is a foreign table' WHEN c.relkind <> 'r' THEN 'it is no table'
                WHEN c.relhasrules THEN 'it has rules'
                WHEN EXISTS (SELECT 1 FROM pg_inherits i WHERE c.oid IN (i.inhparent, i.inhrelid))
                THEN 'it is part of an inheritance' END INTO fault
      FROM pg_class c WHERE c.relname = 'ix_jobs' AND c.relnamespace = current_schema()::regnamespace;
    IF fault IS NOT NULL THEN
        RAISE EXCEPTION 'ix_jobs can''t be adopted: %, and must be an ordinary table', fault USING ERRCODE = '42P16';
    END IF;
END $$;

CREATE TABLE IF NOT EXISTS ix_jobs (
    job_id          uuid PRIMARY KEY,
    ix_id           text NOT NULL,
    client_id       text NOT NULL,
    request_id      text NOT NULL,
    status          text NOT NULL DEFAULT 'pending',
    request         jsonb NOT NULL,
    response        jsonb,
    callback_url    text,
    callback_status text,
    attempts        integer NOT NULL DEFAULT 0,
    created_at      timestamptz NOT NULL DEFAULT now(),
    started_at      timestamptz,
    finished_at     timestamptz,
    UNIQUE (client_id, request_id)
);

ALTER TABLE ix_jobs
    ADD COLUMN IF NOT EXISTS use_case            text,
    ADD COLUMN IF NOT EXISTS run_at              timestamptz,
    ADD COLUMN IF NOT EXISTS priority            integer NOT NULL DEFAULT 0,
    ADD COLUMN IF NOT EXISTS max_attempts        integer NOT NULL DEFAULT 3,
    ADD COLUMN IF NOT EXISTS expires_at          timestamptz,
    ADD COLUMN IF NOT EXISTS claim_id            uuid,
    ADD COLUMN IF NOT EXISTS finished_claim      uuid,
    ADD COLUMN IF NOT EXISTS daemon_id           uuid,
    ADD COLUMN IF NOT EXISTS cancel_requested_at timestamptz,
    ADD COLUMN IF NOT EXISTS resubmit_of         uuid;

-- An adopted ix_jobs must have the column types that the statements expect; varchar passes for text.
DO $$
DECLARE
    fault text;
BEGIN
    SELECT string_agg(format('%s is %s, must be %s', w.name, coalesce(t.typname, 'missing'), w.type), '; ')
      INTO fault
      FROM (VALUES ('job_id', 'uuid'), ('ix_id', 'text'), ('client_id', 'text'), ('request_id', 'text'),
                   ('status', 'text'), ('request', 'jsonb'), ('response', 'jsonb'), ('callback_url', 'text'),
                   ('callback_status', 'text'), ('attempts', 'int4'), ('created_at', 'timestamptz'),
                   ('started_at', 'timestamptz'), ('finished_at', 'timestamptz'), ('use_case', 'text'),
                   ('run_at', 'timestamptz'), ('priority', 'int4'), ('max_attempts', 'int4'),
                   ('expires_at', 'timestamptz'), ('claim_id', 'uuid'), ('finished_claim', 'uuid'),
                   ('daemon_id', 'uuid'), ('cancel_requested_at', 'timestamptz'), ('resubmit_of', 'uuid')
           ) AS w (name, type)
      LEFT JOIN pg_attribute a ON a.attrelid = 'ix_jobs'::regclass AND a.attname = w.name AND NOT a.attisdropped
      LEFT JOIN pg_type t ON t.oid = a.atttypid
     WHERE t.typname IS DISTINCT FROM w.type AND NOT (w.type = 'text' AND t.typname = 'varchar');
    IF fault IS NOT NULL THEN
        RAISE EXCEPTION 'ix_jobs can''t be adopted: %', fault USING ERRCODE = '42P16';
    END IF;
    SELECT string_agg(format('%s takes %s characters, needs %s', a.attname, a.atttypmod - 4, w.needed), '; ') INTO fault
      FROM (VALUES ('ix_id', 16), ('status', 7), ('callback_status', 9), ('use_case', 255)) AS w (name, needed)
      JOIN pg_attribute a ON a.attrelid = 'ix_jobs'::regclass AND a.attname = w.name
     WHERE a.atttypmod > 4 AND a.atttypmod - 4 < w.needed;
    IF fault IS NOT NULL THEN
        RAISE EXCEPTION 'ix_jobs can''t be adopted: %', fault USING ERRCODE = '42P16';
    END IF;
    SELECT string_agg(a.attname, ', ') INTO fault FROM pg_attribute a
     WHERE a.attrelid = 'ix_jobs'::regclass AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated <> ''
       AND a.attname IN ('job_id', 'ix_id', 'client_id', 'request_id', 'status', 'request', 'response', 'callback_url',
                         'callback_status', 'attempts', 'created_at', 'started_at', 'finished_at');
    IF fault IS NOT NULL THEN
        RAISE EXCEPTION 'ix_jobs can''t be adopted: % is generated by the server', fault USING ERRCODE = '42P16';
    END IF;
    IF NOT EXISTS (
        SELECT 1 FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
         WHERE i.indrelid = 'ix_jobs'::regclass AND i.indisunique AND i.indisvalid AND i.indimmediate AND i.indpred IS NULL
           AND i.indnkeyatts = 1 AND a.attname = 'job_id' AND a.attnotnull) THEN
        RAISE EXCEPTION 'ix_jobs can''t be adopted: job_id is not its primary key' USING ERRCODE = '42P16';
    END IF;
    IF NOT EXISTS (
        SELECT 1 FROM pg_index i
         WHERE i.indrelid = 'ix_jobs'::regclass AND i.indisunique AND i.indisvalid AND i.indimmediate AND i.indpred IS NULL
           AND i.indnkeyatts = 2
           AND (SELECT array_agg(a.attname::text ORDER BY a.attname) FROM pg_attribute a
                 WHERE a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)) = ARRAY['client_id', 'request_id']
    ) THEN
        IF EXISTS (SELECT 1 FROM ix_jobs WHERE client_id IS NOT NULL AND request_id IS NOT NULL
                    GROUP BY client_id, request_id HAVING count(*) > 1) THEN
            RAISE EXCEPTION 'ix_jobs can''t be adopted: some jobs have the same client_id and request_id'
                USING ERRCODE = '42P16';
        END IF;
        CREATE UNIQUE INDEX ix_jobs_correlation ON ix_jobs (client_id, request_id);
    END IF;
END $$;

-- Locked rows that were swept before may start three times more; those that older code left without a tag, or that would never be
-- due, get what they lack.
UPDATE ix_jobs
   SET max_attempts = CASE WHEN attempts > 0 THEN least(attempts, 999997) + 3 ELSE max_attempts END,
       ix_id = coalesce(ix_id, left(md5(job_id::text), 16)),
       created_at = CASE WHEN isfinite(created_at) THEN created_at ELSE now() END
 WHERE status IN ('pending', 'running')
   AND (attempts > 0 OR ix_id IS NULL OR created_at IS NULL OR NOT isfinite(created_at));

-- The claim's order, on pending rows only and no wider than the order needs.
CREATE INDEX IF NOT EXISTS ix_jobs_due ON ix_jobs ((coalesce(run_at, created_at)), job_id) WHERE status = 'pending';
-- The claim's order within a use case, for a daemon that may not take jobs of every use case.
-- No statement may have a second plan whose cost grows with unrelated rows, whatever the statistics say. So each
-- predicate repeats the words of its statements. COLLATE "C" keeps the statements of this index from the index above,
-- and the statements of the index above from this index. The second half of the predicate, true of every row, keeps
-- statements without a use case from this index.
CREATE INDEX IF NOT EXISTS ix_jobs_due_by_use_case ON ix_jobs (use_case, (coalesce(run_at, created_at)), job_id)
    WHERE status = 'pending' COLLATE "C" AND (use_case IS NULL OR use_case IS NOT NULL);
-- For the sweep and the heartbeat: an entry per running job.
CREATE INDEX IF NOT EXISTS ix_jobs_running ON ix_jobs (daemon_id) WHERE status = 'running';
-- Pending jobs with expires_at; jobs without expires_at cost nothing here.
CREATE INDEX IF NOT EXISTS ix_jobs_expiring ON ix_jobs (expires_at)
    WHERE status = 'pending' COLLATE "C" AND expires_at IS NOT NULL;

-- A queue turns its rows over quickly; the default of a fifth of the table would leave dead rows in place for hours.
ALTER TABLE ix_jobs SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000,
                         autovacuum_analyze_scale_factor = 0.05);

-- A row per daemon that runs or ran; the lease covers all jobs which the daemon holds.
CREATE TABLE ix_daemons (
    daemon_id   uuid PRIMARY KEY,
    instance    text NOT NULL,
    host        text NOT NULL,
    pid         integer NOT NULL,
    version     text NOT NULL,
    started_at  timestamptz NOT NULL DEFAULT now(),
    renewed_at  timestamptz NOT NULL DEFAULT now(),
    lease_until timestamptz NOT NULL,
    -- Pipelines that take no jobs at this daemon for now: [{"pipeline": ..., "reason": ...}, ...].
    open_breakers jsonb,
    -- Use cases for which the daemon has pipelines, in order; null: every use case.
    serves      text[]
);

-- Suspects: jobs that ran when their daemon died, any of which may have killed the daemon. Few suspects run at a time
-- until all have ended. A suspect that ran alone among the suspects at a second death is charged with the death.
CREATE TABLE ix_suspects (
    job_id   uuid PRIMARY KEY,
    deaths   integer NOT NULL DEFAULT 1,
    -- The number of suspects that may run at a time; equal in all rows.
    width    integer NOT NULL,
    -- The job's own run_at. While the suspect waits for its turn, ix_jobs.run_at lies an hour ahead.
    run_at   timestamptz,
    -- The job's attempts when the job became a suspect.
    attempts integer NOT NULL,
    is_held  boolean NOT NULL DEFAULT true
);

-- Starts that the job's own row doesn't show: starts after which the job went back, and ends with a log or an exit
-- status.
CREATE TABLE ix_attempts (
    job_id      uuid NOT NULL,
    attempt     integer NOT NULL,
    claim_id    uuid NOT NULL,
    daemon_id   uuid,
    started_at  timestamptz,
    ended_at    timestamptz NOT NULL DEFAULT now(),
    outcome     text NOT NULL,
    exit_status text,
    log_tail    text,
    -- The number of starts that the row counts. Repeated starts that ran no program share a row, and the row has the
    -- numbers of the newest start.
    starts      integer NOT NULL DEFAULT 1,
    PRIMARY KEY (job_id, attempt, claim_id)
);

-- Progress of running jobs and the end of their logs, about one second old; deleted when the run ends.
CREATE TABLE ix_progress (
    job_id     uuid PRIMARY KEY,
    claim_id   uuid NOT NULL,
    fraction   double precision,
    message    text,
    log_tail   text NOT NULL DEFAULT '',
    log_bytes  bigint NOT NULL DEFAULT 0,
    updated_at timestamptz NOT NULL DEFAULT now()
);

-- The outbox: a row per callback, written in the transaction of the job's end. The body is stored here, so that every
-- try sends identical bytes. A received callback's body is deleted, because the job's row keeps the document.
-- A row with claim_id and a due_at in the future is under delivery. Its due_at is then the lease's end, after which
-- any daemon may claim the row.
CREATE TABLE ix_callbacks (
    job_id     uuid PRIMARY KEY,
    client_id  text NOT NULL,
    url        text NOT NULL,
    -- Scheme, host and port: the unit that is slow or dead together.
    endpoint   text NOT NULL
               GENERATED ALWAYS AS (left(lower(coalesce(substring(url from '^[^/?#]*//[^/?#\\]*'), '')), 300)) STORED,
    -- The job's status: done or error.
    status     text NOT NULL,
    body       text,
    -- True when the body travels in an envelope; decided by the first try for every try.
    wrapped    boolean,
    -- due, delivered or failed.
    state      text NOT NULL DEFAULT 'due',
    due_at     timestamptz NOT NULL DEFAULT now(),
    -- The schedule's start: the job's end, or the request for another delivery.
    since      timestamptz NOT NULL DEFAULT now(),
    ended_at   timestamptz NOT NULL DEFAULT now(),
    -- The index in the schedule, and the number of tries in all.
    step       integer NOT NULL DEFAULT 0,
    tries      integer NOT NULL DEFAULT 0,
    claim_id   uuid,
    daemon_id  uuid,
    settled_at timestamptz
);

-- Due callbacks by endpoint and client, so that a walk steps over a backlog at once; others have no entry.
CREATE INDEX ix_callbacks_due ON ix_callbacks (endpoint, client_id, due_at) WHERE state = 'due';
CREATE INDEX ix_callbacks_failed ON ix_callbacks (settled_at) WHERE state = 'failed';
ALTER TABLE ix_callbacks SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);

-- Requests to deliver jobs' callbacks once more. A daemon carries the requests out, so that a caller's open
-- transaction locks no row of the outbox.
CREATE TABLE ix_redeliveries (
    job_id       uuid PRIMARY KEY,
    requested_at timestamptz NOT NULL DEFAULT now()
);

-- The log of tries.
CREATE TABLE ix_deliveries (
    job_id      uuid NOT NULL,
    claim_id    uuid NOT NULL,
    daemon_id   uuid,
    try         integer NOT NULL,
    ended_at    timestamptz NOT NULL DEFAULT now(),
    seconds     double precision NOT NULL,
    -- The receiver's HTTP status; null without a response.
    http_status integer,
    -- The reason of a failed try; null when the callback was received.
    reason      text,
    -- The first bytes of the receiver's response.
    answer      text,
    PRIMARY KEY (job_id, claim_id)
);

-- Jobs that legacy code ended after the migration, possibly without a callback. The guard notes the jobs here, because
-- an index for such jobs would cost every end of every job.
CREATE TABLE ix_legacy_ends (
    job_id   uuid PRIMARY KEY,
    ended_at timestamptz NOT NULL DEFAULT now()
);

-- Batches of jobs moved to or from another store, recorded in the batch's transaction. After an interrupted move the
-- rows tell which batches are done.
CREATE TABLE ix_moved_batches (
    export_id  uuid NOT NULL,
    batch      integer NOT NULL,
    direction  text NOT NULL,
    entered_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (export_id, batch, direction)
);

-- Roles that speak for a client or several: such a role enqueues, cancels, resubmits and redelivers only jobs of its
-- clients. The operator fills the table. A role that neither is listed nor is a member of a listed role speaks for
-- every client.
--
-- INSERT INTO ix_client_roles VALUES ('shop_app', 'shop');
CREATE TABLE ix_client_roles (
    role      regrole NOT NULL,
    client_id text NOT NULL,
    PRIMARY KEY (role, client_id)
);

-- Writes of foreign code that a guard skipped.
CREATE TABLE ix_refused_writes (
    refusal_id  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    refused_at  timestamptz NOT NULL DEFAULT now(),
    rule        text NOT NULL,
    job_id      uuid NOT NULL,
    old_status  text,
    new_status  text,
    application text,
    role_name   text
);

-- The guard of ix_jobs refuses writes. The trigger has no WHEN clause. The server parses such a clause anew for every
-- UPDATE that names the table, which cost more than the update. The function's first two branches let a claim and its
-- end pass.
-- A refused write is skipped and noted, not raised, because an exception would stop a legacy worker at its start-up
-- sweep.
--
-- The function has its owner's rights, because writers of ix_jobs need no rights on the tables of notes. The function
-- has the writer's search_path, because setting a path would cost each update more than all else here. So every
-- operator and function is qualified by its schema. IN, IS DISTINCT FROM and CASE with a value can't be qualified,
-- and are not used. Only its trigger may call the function.
CREATE FUNCTION ix_guard_update() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    is_skipped boolean;
BEGIN
    IF OLD.status OPERATOR(pg_catalog.=) 'pending' AND NEW.status OPERATOR(pg_catalog.=) 'running' THEN
        RETURN NEW;
    ELSIF OLD.status OPERATOR(pg_catalog.=) 'running' AND NEW.finished_claim OPERATOR(pg_catalog.=) NEW.claim_id
          AND NEW.status OPERATOR(pg_catalog.=) ANY (ARRAY['done', 'error']) THEN
        RETURN NEW;
    END IF;
    IF OLD.status OPERATOR(pg_catalog.=) 'running' AND NEW.status OPERATOR(pg_catalog.=) ANY (ARRAY['done', 'error'])
       AND NEW.claim_id IS NULL AND NEW.callback_url IS NOT NULL AND NEW.cancel_requested_at IS NULL THEN
        -- A legacy worker's own job: the legacy worker may have sent no callback.
        EXECUTE pg_catalog.format('SELECT %I.ix_note_legacy_end($1)', TG_TABLE_SCHEMA) USING NEW.job_id;
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
                       NEW.cancel_requested_at, NEW.resubmit_of)::pg_catalog.record
                   OPERATOR(pg_catalog.*<>)
                   ROW(OLD.job_id, OLD.ix_id, OLD.client_id, OLD.request_id, OLD.request, OLD.response, OLD.callback_url,
                       OLD.attempts, OLD.created_at, OLD.started_at, OLD.finished_at, OLD.use_case, OLD.run_at, OLD.priority,
                       OLD.max_attempts, OLD.expires_at, OLD.claim_id, OLD.finished_claim, OLD.daemon_id,
                       OLD.cancel_requested_at, OLD.resubmit_of)::pg_catalog.record
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
    RETURN NEW;
END $$;

-- Notes a write that the guard refuses, and returns true. Returns false, and notes nothing, for a foreign hand-back
-- of a job whose daemon's lease has ended, because such a hand-back passes. Only the guard calls the function.
CREATE FUNCTION ix_refuse_update(job_id uuid, daemon_id uuid, old_status text, new_status text) RETURNS boolean
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

CREATE FUNCTION ix_note_legacy_end(job_id uuid) RETURNS void
    LANGUAGE sql SET search_path FROM CURRENT AS $$
    INSERT INTO ix_legacy_ends (job_id) VALUES ($1) ON CONFLICT DO NOTHING
$$;

CREATE TRIGGER ix_guard_update BEFORE UPDATE ON ix_jobs FOR EACH ROW EXECUTE FUNCTION ix_guard_update();

-- Foreign inserts don't name use_case. Inserts of ix-worker do, and never enter the trigger. The search_path is the
-- writer's, as in the guard.
CREATE FUNCTION ix_fill_insert() RETURNS trigger LANGUAGE plpgsql AS $$
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

CREATE TRIGGER ix_fill_insert BEFORE INSERT ON ix_jobs FOR EACH ROW
    WHEN (NEW.use_case IS NULL) EXECUTE FUNCTION ix_fill_insert();

-- Rules applied when a request is inserted, and again to name the fault of a refused request. The planner inlines
-- each function, which a path of its own would prevent. So every name that could be another schema's is qualified.
CREATE FUNCTION ix_has_controls(value text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT value OPERATOR(pg_catalog.~) '[\u0001-\u001f\u007f-\u009f]'
$$;

-- Returns at least the number of characters of a document's numbers: four per digit of base 10,000 between the first
-- digit and the point, and the scale. The values are read from the binary form (count, weight, sign, scale: two bytes
-- each), without writing a number out.
CREATE FUNCTION ix_numbers_length(request jsonb) RETURNS bigint
    LANGUAGE sql IMMUTABLE SET search_path FROM CURRENT AS $$
    SELECT coalesce(sum(4 * CASE WHEN get_byte(n, 2) < 128 THEN get_byte(n, 2) * 256 + get_byte(n, 3) ELSE 0 END + 1
                        + get_byte(n, 6) * 256 + get_byte(n, 7)), 0)
      FROM (SELECT numeric_send(number::numeric) AS n
              -- The array avoids jsonb_path_query, whose time grows with the square of the number of results.
              FROM jsonb_array_elements(jsonb_path_query_array(request, 'strict $.** ? (@.type() == "number")')) AS q (number)
            OFFSET 0) AS numbers
$$;

CREATE FUNCTION ix_is_too_deep(request jsonb) RETURNS boolean LANGUAGE sql STABLE AS $$
    -- 64 levels take at least 128 bytes, so small documents skip the walk.
    SELECT pg_catalog.pg_column_size(request) OPERATOR(pg_catalog.>) 128
       AND pg_catalog.jsonb_path_exists(request, 'strict $.**{64} ? (@.type() == "object" || @.type() == "array")')
$$;

-- True when the numbers of a document alone take more than 1 MiB as text. For example, 1e-16383 takes 8 bytes as
-- jsonb and 16,386 bytes as text. Without the check the server would spend seconds to write a document that is then
-- refused.
-- Lengths are summed only for documents with a very large or very small number. A document under 1 KiB has too few
-- numbers for the limit.
CREATE FUNCTION ix_unfolds(request jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN pg_catalog.pg_column_size(request) OPERATOR(pg_catalog.<) 1024 THEN false
                WHEN pg_catalog.jsonb_path_exists(request, 'strict $.** ? (@.type() == "number" &&
                                       (@ > 1e20 || @ < -1e20 || @ < 1e-20 && @ > -1e-20))')
                THEN ix_numbers_length(request) OPERATOR(pg_catalog.>) 1048576 ELSE false END
$$;

-- True when a document takes more than 1 MiB as text.
CREATE FUNCTION ix_is_too_long(request jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN ix_unfolds(request) THEN true
                ELSE pg_catalog.octet_length(request::text) OPERATOR(pg_catalog.>) 1048576 END
$$;

-- True when a callback can be sent to the URL: a request can carry its characters, and host and port are valid.
-- ix_check_url reports the reason otherwise.
CREATE FUNCTION ix_is_url(value text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT value OPERATOR(pg_catalog.~*)
           '^https?://(\[[0-9a-f.]*:[0-9a-f:.]*\]'
           '|(?=[^/?:]{1,253}([/?:]|$))[a-z0-9_-]{1,63}([.][a-z0-9_-]{1,63})*[.]?)'
           '(:[0-9]{1,5})?([/?][]!$-;=?-[_a-z~]*)?$'
       AND value OPERATOR(pg_catalog.!~*)
           '^https?://[^/?]*:(0+|6553[6-9]|655[4-9][0-9]|65[6-9][0-9]{2}|6[6-9][0-9]{3}|[7-9][0-9]{4})([/?]|$)'
       AND (value OPERATOR(pg_catalog.!~*) '^https?://([^/?:[]*[.])?([0-9]+|0x[^./?:[]*)[.]?([/?:]|$)'
            OR value OPERATOR(pg_catalog.~*)
               '^https?://((25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])([.]|(?=[/?:]|$))){4}([/?:]|$)'
           AND value OPERATOR(pg_catalog.!~) '^[^/]*//[^/?:]*[.]([/?:]|$)')
$$;

-- Refuses a key that isn't 1-255 bytes without control characters; returns any other key.
CREATE FUNCTION ix_checked_key(value text, field text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE SET search_path FROM CURRENT AS $$
BEGIN
    IF value IS NULL THEN
        RAISE EXCEPTION '%: is missing', field USING ERRCODE = '22023';
    ELSIF value = '' THEN
        RAISE EXCEPTION '%: is empty', field USING ERRCODE = '22023';
    ELSIF pg_catalog.octet_length(value) > 255 THEN
        RAISE EXCEPTION '%: over 255 bytes', field USING ERRCODE = '22023';
    ELSIF ix_has_controls(value) THEN
        RAISE EXCEPTION '%: holds a control character', field USING ERRCODE = '22023';
    END IF;
    RETURN value;
END $$;

-- Says what is wrong with a URL, as every other door does, and without quoting it: it may hold credentials.
CREATE FUNCTION ix_check_url(value text) RETURNS void LANGUAGE plpgsql IMMUTABLE SET search_path FROM CURRENT AS $$
DECLARE
    odd       text := pg_catalog.substring(value, '["<>\\^`{|}]');
    authority text := pg_catalog.substring(value, '^[^/]*//([^/?]*)');
    fault     text;
BEGIN
    fault := CASE
        WHEN pg_catalog.octet_length(value) > 2048 THEN 'over 2048 bytes'
        WHEN ix_has_controls(value) THEN 'holds a control character'
        WHEN pg_catalog.strpos(value, ' ') > 0 THEN 'holds a space, which has to be written as %20'
        WHEN pg_catalog.strpos(value, '#') > 0 THEN 'holds a fragment (#), which no request carries'
        WHEN odd IS NOT NULL THEN
            'holds ' || odd || ', which has to be written as %' || pg_catalog.upper(pg_catalog.to_hex(pg_catalog.ascii(odd)))
        WHEN pg_catalog.octet_length(value) > pg_catalog.length(value) THEN
            'holds a character beyond ASCII, which has to be written as %XX, in the host as punycode'
        WHEN value !~* '^https?://[^/?:]' THEN 'is not an absolute http or https URL'
        WHEN pg_catalog.strpos(authority, '@') > 0 THEN 'holds a user or a password'
        WHEN authority ~ '^\[' AND authority !~* '^\[[0-9a-f.]*:[0-9a-f:.]*\](:|$)' THEN
            'has a host in brackets that is no IPv6 address'
        WHEN authority ~ '^[^:[]*:' AND authority !~ ':[0-9]{1,5}$' OR authority ~ '\]:' AND authority !~ '\]:[0-9]{1,5}$'
             OR authority ~ '(^[^:[]*|\]):[0-9]{1,5}$'
                AND pg_catalog.substring(authority, '[0-9]+$')::integer NOT BETWEEN 1 AND 65535 THEN
            'has a port that is not 1 to 65535'
        WHEN authority ~* '^([^:]*[.])?([0-9]+|0x[^.:]*)[.]?(:|$)' AND authority ~* '^[a-z0-9_.-]+(:|$)' AND authority !~ '[.][.]|^[.]'
        THEN 'has a number for a host that is not a plain IPv4 address'
        ELSE 'has a host that is no name' END;
    RAISE EXCEPTION 'callback_url: %', fault USING ERRCODE = '22023';
END $$;

-- Refuses a request document or a callback URL that ix-worker could not serve; true for any other.
CREATE FUNCTION ix_check_request(request jsonb, callback_url text) RETURNS boolean
    LANGUAGE plpgsql IMMUTABLE SET search_path FROM CURRENT AS $$
DECLARE
    size integer;
BEGIN
    IF request IS NULL OR pg_catalog.jsonb_typeof(request) <> 'object' THEN
        RAISE EXCEPTION 'request: is not a JSON object' USING ERRCODE = '22023';
    END IF;
    IF ix_unfolds(request) THEN
        RAISE EXCEPTION 'request: over 1048576 bytes with its numbers written out' USING ERRCODE = '22023';
    END IF;
    size := pg_catalog.octet_length(request::text);
    IF size > 1048576 THEN
        RAISE EXCEPTION 'request: over 1048576 bytes' USING ERRCODE = '22023';
    END IF;
    IF ix_is_too_deep(request) THEN
        RAISE EXCEPTION 'request: nested deeper than 64 levels' USING ERRCODE = '22023';
    END IF;
    IF callback_url IS NULL THEN
        RETURN true;
    ELSIF pg_catalog.octet_length(callback_url) > 2048 OR NOT ix_is_url(callback_url) THEN
        PERFORM ix_check_url(callback_url);
    END IF;
    RETURN true;
END $$;

-- True when the document's names are texts or missing, because the text of a number would otherwise pass for a name.
CREATE FUNCTION ix_has_texts(request jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce(pg_catalog.jsonb_typeof(request OPERATOR(pg_catalog.->) 'use_case') OPERATOR(pg_catalog.=)
                    ANY (ARRAY['string', 'null']), true)
       AND coalesce(pg_catalog.jsonb_typeof(request OPERATOR(pg_catalog.->) 'ix_client_id') OPERATOR(pg_catalog.=)
                    ANY (ARRAY['string', 'null']), true)
       AND coalesce(pg_catalog.jsonb_typeof(request OPERATOR(pg_catalog.->) 'request_id') OPERATOR(pg_catalog.=)
                    ANY (ARRAY['string', 'null']), true)
$$;

-- True for a time that every store can write, and for null.
CREATE FUNCTION ix_is_time(value timestamptz) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT value IS NULL
        OR value OPERATOR(pg_catalog.>=) '0001-01-01 00:00:00+00' AND value OPERATOR(pg_catalog.<) '10000-01-01 00:00:00+00'
        OR NOT pg_catalog.isfinite(value)
$$;

-- A time as text, in UTC when it names no zone, as every door but a literal of SQL takes it.
CREATE FUNCTION ix_read_time(value text, field text) RETURNS timestamptz
    LANGUAGE plpgsql IMMUTABLE SET search_path FROM CURRENT SET timezone = 'UTC' SET datestyle = 'ISO' AS $$
BEGIN
    IF value IS NULL OR pg_catalog.lower(value) IN ('infinity', '-infinity')
       OR value ~ ('^[0-9]{4}-[0-9]{2}-[0-9]{2}([Tt ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,9})?)?'
                   || '([Zz]|[+-](0[0-9]|1[0-5])(:?[0-5][0-9])?)?)?$') THEN
        RETURN value::timestamptz;
    END IF;
    RAISE EXCEPTION 'no time' USING ERRCODE = '22007';
EXCEPTION WHEN data_exception THEN
    RAISE EXCEPTION '%: is no time; write it like 2026-03-04T05:06:07.000008Z', field USING ERRCODE = '22023';
END $$;

-- A whole number of JSON, null for null or none.
CREATE FUNCTION ix_read_integer(value jsonb, field text) RETURNS integer
    LANGUAGE plpgsql IMMUTABLE SET search_path FROM CURRENT AS $$
BEGIN
    -- greatest and least leave nulls out.
    IF value IS NULL OR pg_catalog.jsonb_typeof(value) = 'null' THEN
        RETURN NULL;
    ELSIF pg_catalog.jsonb_typeof(value) <> 'number' OR value::text !~ '^-?[0-9]{1,18}$' THEN
        RAISE EXCEPTION '%: is not a whole number', field USING ERRCODE = '22023';
    END IF;
    -- A number outside the column's range is clamped to the range's end, which is outside every allowed range.
    RETURN least(greatest(value::bigint, -2147483648), 2147483647)::integer;
END $$;

-- True when the two functions above accept the request. Inserts use the one expression, which the planner inlines.
-- After null or false, the two functions report the reason.
CREATE FUNCTION ix_passes(use_case text, client_id text, request_id text, request jsonb, callback_url text) RETURNS boolean
    LANGUAGE sql STABLE AS $$
    SELECT pg_catalog.octet_length(use_case) BETWEEN 1 AND 255 AND pg_catalog.octet_length(client_id) BETWEEN 1 AND 255
       AND pg_catalog.octet_length(request_id) BETWEEN 1 AND 255
       AND NOT ix_has_controls(use_case || client_id || request_id) AND ix_has_texts(request)
       AND pg_catalog.jsonb_typeof(request) = 'object' AND NOT ix_is_too_long(request) AND NOT ix_is_too_deep(request)
       AND (callback_url IS NULL OR pg_catalog.octet_length(callback_url) <= 2048 AND ix_is_url(callback_url))
$$;

-- The time of the last notification of idle workers: twice the unix milliseconds, plus 1 after a second notification.
-- A sequence, because a sequence is shared at once, outside any transaction and without a lock.
CREATE SEQUENCE ix_hints;

-- Returns the stamp for an insert that must notify at the moment, in unix milliseconds; null for an insert that need
-- not notify.
CREATE FUNCTION ix_next_hint(moment bigint, last bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN pg_catalog.abs(moment - last / 2) >= 10 THEN moment * 2 WHEN last % 2 = 0 THEN last + 1 END
$$;

-- Notifies daemons. A nearly full notification queue must not refuse the caller's write, so the notification is then
-- left out. A transaction to be prepared (PREPARE TRANSACTION) may hold no NOTIFY; its session sets SET LOCAL
-- ix.notify = off before.
CREATE FUNCTION ix_notify(channel text, payload text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF pg_catalog.pg_notification_queue_usage() OPERATOR(pg_catalog.<) 0.5
       AND coalesce(pg_catalog.current_setting('ix.notify', true), '') OPERATOR(pg_catalog.<>) 'off' THEN
        PERFORM pg_catalog.pg_notify(channel, payload);
    END IF;
END $$;

-- Notifies idle workers, and stores the stamp.
CREATE FUNCTION ix_send_hint(stamp bigint) RETURNS void
    LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    PERFORM pg_catalog.setval('ix_hints', $1);
    -- Every daemon receives an identical stamp, and computes from the stamp which daemon polls first.
    PERFORM ix_notify('ix_jobs', $1::text);
END $$;

-- Notifies idle workers of new jobs. A NOTIFY makes commits of the whole server wait for each other, so of the
-- inserts within 10 ms only two send a notification. The second covers a first that is rolled back or commits late.
-- Jobs committed shortly after are found by the polls that follow each notification.
CREATE FUNCTION ix_hint() RETURNS void LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    stamp bigint := ix_next_hint((extract(epoch FROM pg_catalog.clock_timestamp()) * 1000)::bigint,
                                 coalesce(pg_catalog.pg_sequence_last_value('ix_hints'::regclass), 1));
BEGIN
    IF stamp IS NOT NULL THEN
        PERFORM ix_send_hint(stamp);
    END IF;
END $$;

-- True when the session's login role may speak for the client. SET ROLE doesn't count, because a session that may set
-- a role may also reset the role.
CREATE FUNCTION ix_may_name(client text) RETURNS boolean LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
    SELECT NOT EXISTS (SELECT 1 FROM ix_client_roles b
                        WHERE pg_catalog.pg_has_role(session_user, b.role::oid, 'MEMBER'))
        OR EXISTS (SELECT 1 FROM ix_client_roles b
                    WHERE b.client_id = client AND pg_catalog.pg_has_role(session_user, b.role::oid, 'MEMBER'))
        -- A superuser counts as a member of every role.
        OR coalesce((SELECT r.rolsuper FROM pg_catalog.pg_roles r WHERE r.rolname = session_user), false)
$$;

CREATE FUNCTION ix_check_client(client text) RETURNS void LANGUAGE plpgsql STABLE SET search_path FROM CURRENT AS $$
BEGIN
    IF NOT ix_may_name(client) THEN
        RAISE EXCEPTION 'client_id: the role % may not act for this client', session_user USING ERRCODE = '22023';
    END IF;
END $$;

-- Raises the reason why an insert did not pass.
CREATE FUNCTION ix_check_enqueue(
    request jsonb, callback_url text, use_case text, client_id text, request_id text, max_attempts integer, priority integer,
    run_at timestamptz, expires_at timestamptz) RETURNS void
    LANGUAGE plpgsql IMMUTABLE SET search_path FROM CURRENT AS $$
DECLARE
    name text;
BEGIN
    PERFORM ix_check_request(request, callback_url);
    FOREACH name IN ARRAY ARRAY['use_case', 'ix_client_id', 'request_id'] LOOP
        IF pg_catalog.jsonb_typeof(request -> name) NOT IN ('string', 'null') THEN
            RAISE EXCEPTION '%: is not a string', CASE name WHEN 'ix_client_id' THEN 'client_id' ELSE name END
                USING ERRCODE = '22023';
        END IF;
    END LOOP;
    IF use_case <> request ->> 'use_case' OR client_id <> request ->> 'ix_client_id'
       OR request_id <> request ->> 'request_id' THEN
        RAISE EXCEPTION 'request: its use_case, ix_client_id or request_id differs from the argument'
            USING ERRCODE = '22023';
    END IF;
    PERFORM ix_checked_key(coalesce(use_case, request ->> 'use_case'), 'use_case'),
            ix_checked_key(coalesce(client_id, request ->> 'ix_client_id'), 'client_id'),
            ix_checked_key(coalesce(request_id, request ->> 'request_id'), 'request_id');
    IF max_attempts NOT BETWEEN 0 AND 1000000 THEN
        RAISE EXCEPTION 'max_attempts: must be 0 (no limit) to 1000000' USING ERRCODE = '22023';
    ELSIF priority NOT BETWEEN -1000000 AND 1000000 THEN
        RAISE EXCEPTION 'priority: must be -1000000 to 1000000' USING ERRCODE = '22023';
    ELSIF NOT ix_is_time(run_at) THEN
        RAISE EXCEPTION 'run_at: is not in the years 1 to 9999' USING ERRCODE = '22023';
    ELSIF NOT ix_is_time(expires_at) THEN
        RAISE EXCEPTION 'expires_at: is not in the years 1 to 9999' USING ERRCODE = '22023';
    END IF;
END $$;

-- Inserts a job idempotently, for every language, inside the caller's own transaction.
--
-- SELECT * FROM ix_enqueue('{"use_case":"extract","ix_client_id":"c","request_id":"r","context":{}}', 'https://...');
--
-- The first insert of (client_id, request_id) wins. A second insert returns the first row with duplicate = true, and
-- differs = true when its content or callback URL differs. Keys are given in the document or by argument.
-- priority is stored and has no effect on the order of claims yet.
CREATE FUNCTION ix_enqueue(
    request jsonb, callback_url text DEFAULT NULL, use_case text DEFAULT NULL, client_id text DEFAULT NULL,
    request_id text DEFAULT NULL, run_at timestamptz DEFAULT NULL, priority integer DEFAULT 0,
    max_attempts integer DEFAULT NULL, expires_at timestamptz DEFAULT NULL)
RETURNS TABLE (job_id uuid, ix_id text, status text, duplicate boolean, differs boolean)
    LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
#variable_conflict use_column
DECLARE
    moment bigint;
    last   bigint;
    rounds integer;
BEGIN
    LOOP
        -- A single statement, because PL/pgSQL prepares each expression of its own anew in each transaction.
        -- ix_id is 64 random bits: hexadecimal digits of a version 4 UUID, without the fixed digits.
        INSERT INTO ix_jobs AS j (job_id, ix_id, client_id, request_id, status, request, callback_url, attempts,
                                  created_at, use_case, run_at, priority, max_attempts, expires_at)
        SELECT pg_catalog.gen_random_uuid(), tag, client, key, 'pending', ix_enqueue.request || pg_catalog.jsonb_build_object(
                   'use_case', case_, 'ix_client_id', client, 'request_id', key, 'ix_id', tag),
               ix_enqueue.callback_url, 0, pg_catalog.now(), case_, ix_enqueue.run_at, coalesce(ix_enqueue.priority, 0),
               coalesce(ix_enqueue.max_attempts, 3), ix_enqueue.expires_at
          FROM (SELECT coalesce(ix_enqueue.use_case, ix_enqueue.request ->> 'use_case') AS case_,
                       coalesce(ix_enqueue.client_id, ix_enqueue.request ->> 'ix_client_id') AS client,
                       coalesce(ix_enqueue.request_id, ix_enqueue.request ->> 'request_id') AS key,
                       pg_catalog.left(bits, 8) || pg_catalog.substr(bits, 10, 4) || pg_catalog.right(bits, 4) AS tag
                  FROM (SELECT pg_catalog.gen_random_uuid()::text AS bits OFFSET 0) AS u OFFSET 0) AS r
         WHERE ix_passes(case_, client, key, ix_enqueue.request, ix_enqueue.callback_url)
           AND case_ = coalesce(ix_enqueue.request ->> 'use_case', case_)
           AND client = coalesce(ix_enqueue.request ->> 'ix_client_id', client)
           AND key = coalesce(ix_enqueue.request ->> 'request_id', key)
           AND coalesce(ix_enqueue.max_attempts, 3) BETWEEN 0 AND 1000000
           AND coalesce(ix_enqueue.priority, 0) BETWEEN -1000000 AND 1000000
           AND ix_is_time(ix_enqueue.run_at) AND ix_is_time(ix_enqueue.expires_at)
           AND (NOT EXISTS (SELECT 1 FROM ix_client_roles) OR ix_may_name(client))
            ON CONFLICT (client_id, request_id) DO NOTHING
        RETURNING j.job_id, j.ix_id, 'pending', false, false, extract(epoch FROM pg_catalog.clock_timestamp()) * 1000,
                  coalesce(pg_catalog.pg_sequence_last_value('ix_hints'::regclass), 1)
             INTO job_id, ix_id, status, duplicate, differs, moment, last;
        IF FOUND THEN
            IF ix_enqueue.run_at IS NULL AND ix_next_hint(moment, last) IS NOT NULL THEN
                PERFORM ix_send_hint(ix_next_hint(moment, last));
            END IF;
            RETURN NEXT;
            RETURN;
        END IF;
        IF rounds IS NULL THEN
            PERFORM ix_check_enqueue(ix_enqueue.request, ix_enqueue.callback_url, ix_enqueue.use_case,
                                     ix_enqueue.client_id, ix_enqueue.request_id, ix_enqueue.max_attempts,
                                     ix_enqueue.priority, ix_enqueue.run_at, ix_enqueue.expires_at);
            PERFORM ix_check_client(coalesce(ix_enqueue.client_id, ix_enqueue.request ->> 'ix_client_id'));
        END IF;
        RETURN QUERY
            SELECT j.job_id, j.ix_id::text, j.status::text, true,
                   (j.request - 'ix_id') IS DISTINCT FROM (k.document - 'ix_id')
                   OR j.callback_url IS DISTINCT FROM ix_enqueue.callback_url
              FROM (SELECT ix_enqueue.request || pg_catalog.jsonb_build_object(
                        'use_case', coalesce(ix_enqueue.use_case, ix_enqueue.request ->> 'use_case'),
                        'ix_client_id', coalesce(ix_enqueue.client_id, ix_enqueue.request ->> 'ix_client_id'),
                        'request_id', coalesce(ix_enqueue.request_id, ix_enqueue.request ->> 'request_id'))) AS k (document)
              JOIN ix_jobs j ON j.client_id = k.document ->> 'ix_client_id' AND j.request_id = k.document ->> 'request_id';
        IF FOUND THEN
            RETURN;
        END IF;
        -- The twin was rolled back or deleted meanwhile: the next round inserts.
        rounds := coalesce(rounds, 1) + 1;
        EXIT WHEN rounds > 3;
    END LOOP;
    -- Reached only in REPEATABLE READ and above: the twin is committed but not visible to this transaction.
    RAISE EXCEPTION 'another transaction inserted the same client_id and request_id; retry the transaction'
        USING ERRCODE = '40001';
END $$;

-- Inserts many jobs in one call, each as ix_enqueue would, in the caller's own transaction; for bulk loads.
--
-- SELECT * FROM ix_enqueue_batch('[{"request": {"use_case": ..., "ix_client_id": ..., "request_id": ...}, "callback_url": ...}]');
--
-- Beside "request", each item may have callback_url, run_at, priority, max_attempts and expires_at. A row comes back
-- per item, numbered from 1: ix_enqueue's result, or the refusal as `field: reason`. A bad item never affects the
-- good items.
-- New keys go in by one INSERT, in the order of their keys, so that two loads can't deadlock. The remaining items
-- (duplicates, or all items when one is bad) go through ix_enqueue singly. Idle workers are notified once.
CREATE FUNCTION ix_enqueue_batch(jobs jsonb)
RETURNS TABLE (item integer, job_id uuid, ix_id text, status text, duplicate boolean, differs boolean, refusal text)
    LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
#variable_conflict use_column
DECLARE
    stored integer[];
    ids    uuid[];
    tags   text[];
    count  bigint;
    one    record;
BEGIN
    BEGIN
        WITH given AS MATERIALIZED (
            SELECT j.item::integer AS item, j.job -> 'request' AS request, j.job ->> 'callback_url' AS callback_url,
                   CASE WHEN j.job ->> 'run_at' IS NOT NULL THEN ix_read_time(j.job ->> 'run_at', 'run_at') END AS run_at,
                   CASE WHEN j.job -> 'priority' IS NULL THEN 0
                        ELSE coalesce(ix_read_integer(j.job -> 'priority', 'priority'), 0) END AS priority,
                   CASE WHEN j.job -> 'max_attempts' IS NULL THEN 3
                        ELSE coalesce(ix_read_integer(j.job -> 'max_attempts', 'max_attempts'), 3) END AS max_attempts,
                   CASE WHEN j.job ->> 'expires_at' IS NOT NULL
                        THEN ix_read_time(j.job ->> 'expires_at', 'expires_at') END AS expires_at, pg_catalog.gen_random_uuid() AS job_id,
                   pg_catalog.gen_random_uuid()::text AS bits
              FROM pg_catalog.jsonb_array_elements(jobs) WITH ORDINALITY AS j (job, item)),
        named AS MATERIALIZED (
            SELECT g.*, pg_catalog.left(bits, 8) || pg_catalog.substr(bits, 10, 4) || pg_catalog.right(bits, 4) AS ix_id,
                   request ->> 'use_case' AS use_case, request ->> 'ix_client_id' AS client_id,
                   request ->> 'request_id' AS request_id
              FROM given g),
        good AS MATERIALIZED (
            SELECT * FROM named n WHERE max_attempts BETWEEN 0 AND 1000000 AND priority BETWEEN -1000000 AND 1000000
               AND ix_is_time(run_at) AND ix_is_time(expires_at)
               AND ix_passes(n.use_case, n.client_id, n.request_id, n.request, n.callback_url)
               AND (NOT EXISTS (SELECT 1 FROM ix_client_roles) OR ix_may_name(n.client_id))),
        fresh AS (
            INSERT INTO ix_jobs (job_id, ix_id, client_id, request_id, status, request, callback_url, attempts,
                                 created_at, use_case, run_at, priority, max_attempts, expires_at)
            SELECT job_id, ix_id, client_id, request_id, 'pending',
                   pg_catalog.jsonb_set(request, '{ix_id}', pg_catalog.to_jsonb(ix_id)), callback_url, 0, pg_catalog.now(),
                   use_case, run_at, priority, max_attempts, expires_at
              FROM good ORDER BY client_id COLLATE "C", request_id COLLATE "C", item
                ON CONFLICT (client_id, request_id) DO NOTHING RETURNING 1)
        SELECT pg_catalog.array_agg(g.item), pg_catalog.array_agg(g.job_id), pg_catalog.array_agg(g.ix_id),
               (SELECT pg_catalog.count(*) FROM fresh)
          INTO stored, ids, tags, count FROM good g;
        IF count < pg_catalog.cardinality(stored) THEN
            SELECT pg_catalog.array_agg(g.item), pg_catalog.array_agg(g.id), pg_catalog.array_agg(g.tag) INTO stored, ids, tags
              FROM ROWS FROM (pg_catalog.unnest(stored), pg_catalog.unnest(ids), pg_catalog.unnest(tags)) AS g (item, id, tag)
             WHERE EXISTS (SELECT 1 FROM ix_jobs j WHERE j.job_id = g.id);
        END IF;
    EXCEPTION WHEN data_exception OR integrity_constraint_violation OR program_limit_exceeded THEN
        stored := NULL;
    END;
    IF stored IS NOT NULL THEN
        PERFORM ix_hint();
    END IF;
    RETURN QUERY SELECT s.*, 'pending'::text, false, false, NULL::text 
      FROM ROWS FROM (pg_catalog.unnest(stored), pg_catalog.unnest(ids), pg_catalog.unnest(tags)) AS s;
    IF pg_catalog.cardinality(stored) = pg_catalog.jsonb_array_length(jobs) THEN
        RETURN;
    END IF;
    FOR one IN SELECT j.item::integer AS item, j.job FROM pg_catalog.jsonb_array_elements(jobs) WITH ORDINALITY AS j (job, item)
                WHERE j.item NOT IN (SELECT pg_catalog.unnest(stored))
                ORDER BY (j.job -> 'request' ->> 'ix_client_id') COLLATE "C",
                         (j.job -> 'request' ->> 'request_id') COLLATE "C", j.item LOOP
        BEGIN
            RETURN QUERY SELECT one.item, e.*, NULL::text
              FROM ix_enqueue(request => one.job -> 'request', callback_url => one.job ->> 'callback_url',
                              run_at => ix_read_time(one.job ->> 'run_at', 'run_at'),
                              priority => ix_read_integer(one.job -> 'priority', 'priority'),
                              max_attempts => ix_read_integer(one.job -> 'max_attempts', 'max_attempts'),
                              expires_at => ix_read_time(one.job ->> 'expires_at', 'expires_at')) AS e;
        EXCEPTION WHEN data_exception OR integrity_constraint_violation OR program_limit_exceeded THEN
            RETURN QUERY SELECT one.item, NULL::uuid, NULL::text, NULL::text, NULL::boolean, NULL::boolean,
                                SQLERRM;
        END;
    END LOOP;
END $$;

-- Returns the response of a job that ends without a response of its pipeline. The planner inlines the function.
CREATE FUNCTION ix_error(job ix_jobs, code text, message text) RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT pg_catalog.jsonb_build_object(
        'error', pg_catalog.jsonb_build_object('code', $2, 'message', $3),
        'use_case', coalesce(($1).use_case, ($1).request OPERATOR(pg_catalog.->>) 'use_case'), 'ix_client_id', ($1).client_id,
        'request_id', ($1).request_id, 'ix_id', ($1).ix_id)
$$;

-- Cancels a job that has not ended. For every language, in the caller's own transaction.
--
-- SELECT * FROM ix_cancel('6f9619ff-8b86-d011-b42d-00c04fc964ff');
--
-- result: cancelled (the job was pending, and is now error, code `cancelled`); cancelling (the job runs: its daemon
-- stops the run, and the job ends as cancelled regardless of the run's result); ended (the job had ended before);
-- not_found. `status` is the row's status now.
-- The row is locked first, so that a claim, an end and a cancel each see the result of the earlier. A job with a
-- callback URL gets a due callback at its end: callback_status stays null.
CREATE FUNCTION ix_cancel(job_id uuid) RETURNS TABLE (result text, status text)
    LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
#variable_conflict use_column
DECLARE
    job ix_jobs;
BEGIN
    -- FOR UPDATE: no other transaction can change the status between this read and the update below. An ended job
    -- keeps its status and isn't locked, because its daemon may have a callback's result to write.
    SELECT j.* INTO job FROM ix_jobs j WHERE j.job_id = $1 AND j.status NOT IN ('done', 'error')
       AND (NOT EXISTS (SELECT 1 FROM ix_client_roles) OR ix_may_name(j.client_id)) FOR UPDATE;
    IF NOT FOUND THEN
        SELECT j.* INTO job FROM ix_jobs j WHERE j.job_id = $1
           AND (NOT EXISTS (SELECT 1 FROM ix_client_roles) OR ix_may_name(j.client_id));
    END IF;
    IF job.job_id IS NULL THEN
        RETURN QUERY SELECT 'not_found'::text, NULL::text;
    ELSIF job.status = 'pending' OR (job.status = 'running' AND job.claim_id IS NULL) THEN
        -- A legacy worker can't be told to stop; its later write is refused.
        UPDATE ix_jobs j
           SET status = 'error', finished_at = pg_catalog.now(),
               response = ix_error(j, 'cancelled', CASE j.status WHEN 'pending' THEN 'cancelled before it was started'
                                                                 ELSE 'cancelled while it ran' END)
         WHERE j.job_id = $1
        RETURNING j.* INTO job;
        IF job.callback_url IS NOT NULL AND job.status = 'error' THEN
            INSERT INTO ix_callbacks (job_id, client_id, url, status, body)
            VALUES (job.job_id, pg_catalog.left(coalesce(job.client_id, ''), 255), job.callback_url, job.status, job.response::text) ON CONFLICT DO NOTHING;
            PERFORM ix_notify('ix_callbacks', '');
        END IF;
        RETURN QUERY SELECT 'cancelled'::text, 'error'::text;
    ELSIF job.status = 'running' THEN
        UPDATE ix_jobs j SET cancel_requested_at = coalesce(j.cancel_requested_at, pg_catalog.now())
         WHERE j.job_id = $1;
        PERFORM ix_notify('ix_cancels', '');
        RETURN QUERY SELECT 'cancelling'::text, 'running'::text;
    ELSE
        RETURN QUERY SELECT 'ended'::text, job.status::text;
    END IF;
END $$;

-- Inserts a new job with an ended job's request, linked by resubmit_of; the ended row stays unchanged.
--
-- SELECT * FROM ix_resubmit('6f9619ff-8b86-d011-b42d-00c04fc964ff');
--
-- result: resubmitted; duplicate (a job exists under the new request_id already, perhaps from an earlier call);
-- not_ended; not_found. new_job_id, new_ix_id and status belong to the new job, or for not_ended to the given job.
-- Without a request_id the new request_id is the old request_id, `~` and the first 8 characters of the old job_id. So
-- a second call finds the first call's job.
CREATE FUNCTION ix_resubmit(job_id uuid, request_id text DEFAULT NULL)
RETURNS TABLE (result text, new_job_id uuid, new_ix_id text, status text)
    LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
#variable_conflict use_column
DECLARE
    old   ix_jobs;
    new   record;
    key   text;
    spare integer;
BEGIN
    SELECT j.* INTO old FROM ix_jobs j WHERE j.job_id = $1
       AND (NOT EXISTS (SELECT 1 FROM ix_client_roles) OR ix_may_name(j.client_id));
    IF NOT FOUND THEN
        RETURN QUERY SELECT 'not_found'::text, NULL::uuid, NULL::text, NULL::text;
        RETURN;
    ELSIF old.status NOT IN ('done', 'error') THEN
        RETURN QUERY SELECT 'not_ended'::text, old.job_id, old.ix_id::text, old.status::text;
        RETURN;
    END IF;
    key := coalesce($2, old.request_id || '~' || pg_catalog.left(old.job_id::text, 8));
    -- Hand-backs that weren't the job's fault had raised the limit of starts.
    SELECT coalesce(pg_catalog.sum(a.starts), 0) INTO spare FROM ix_attempts a
     WHERE a.job_id = $1 AND a.outcome IN ('shutdown', 'lost_claim', 'unstarted', 'suspect', 'lease_lost');
    SELECT e.* INTO new
      FROM ix_enqueue(request => (old.request - 'ix_id') || pg_catalog.jsonb_build_object('request_id', key),
                      callback_url => old.callback_url::text,
                      use_case => coalesce(old.use_case, old.request ->> 'use_case')::text,
                      client_id => old.client_id::text, request_id => key,
                      priority => greatest(least(old.priority, 1000000), -1000000),
                      max_attempts => CASE WHEN old.max_attempts > 0 THEN least(greatest(old.max_attempts - spare, 1), 1000000)
                                           ELSE 0 END) AS e;
    UPDATE ix_jobs j SET resubmit_of = old.job_id WHERE j.job_id = new.job_id AND NOT new.duplicate;
    RETURN QUERY SELECT CASE WHEN new.duplicate THEN 'duplicate' ELSE 'resubmitted' END, new.job_id, new.ix_id, new.status;
END $$;

-- Returns running jobs to pending, and ends jobs whose starts are used up or which were cancelled; no other way leads
-- back to pending.
-- Requires: the caller has chosen and locked the rows. Status and claim are checked once more here.
-- An uncharged hand-back (shutdown, a lost claim) costs no start. Each start that goes back is kept in ix_attempts,
-- unless its row exists already with a log or an exit status.
-- A null pause means no pause for an uncharged hand-back or after the first failed start; then 2 s, 4 s, ... up to 5
-- minutes, with jitter.
CREATE FUNCTION ix_hand_back(job_ids uuid[], claims uuid[], outcome text, uncharged boolean, pause interval, code text,
                             message text)
RETURNS TABLE (job_id uuid, ix_id text, client_id text, request_id text, use_case text, status text, attempts integer,
               is_callback_due boolean, error_code text)
    LANGUAGE sql SET search_path FROM CURRENT AS $$
    WITH back AS (
        UPDATE ix_jobs j
           SET attempts = least(coalesce(j.attempts, 0), 2147483646) + 1,
               max_attempts = least(j.max_attempts, 2147483646) + CASE WHEN o.uncharged AND j.max_attempts > 0 THEN 1 ELSE 0 END,
               status = CASE WHEN o.ended OR j.cancel_requested_at IS NOT NULL THEN 'error' ELSE 'pending' END,
               claim_id = NULL,
               daemon_id = NULL,
               started_at = CASE WHEN o.ended OR j.cancel_requested_at IS NOT NULL THEN j.started_at END,
               finished_at = CASE WHEN o.ended OR j.cancel_requested_at IS NOT NULL THEN pg_catalog.now() END,
               run_at = CASE WHEN o.ended OR j.cancel_requested_at IS NOT NULL
                                  OR (o.pause IS NULL AND (o.uncharged OR coalesce(j.attempts, 0) = 0)) THEN j.run_at
                             ELSE pg_catalog.now() + coalesce(o.pause, least(300, 2 ^ greatest(least(j.attempts, 20), 0))
                                                            * (0.5 + pg_catalog.random() / 2) * interval '1 second') END,
               response = CASE WHEN j.cancel_requested_at IS NOT NULL
                               THEN ix_error(j, 'cancelled', 'cancelled while it ran')
                               WHEN o.ended THEN ix_error(j, o.code, o.message) END
          FROM (SELECT t.job_id, t.claim_id, q.daemon_id, q.started_at, $4 AS uncharged, $5 AS pause, $6 AS code,
                       $7 AS message,
                       NOT $4 AND q.max_attempts > 0 AND coalesce(q.attempts, 0) >= q.max_attempts - 1 AS ended
                  FROM ROWS FROM (pg_catalog.unnest($1), pg_catalog.unnest($2)) AS t (job_id, claim_id)
                  JOIN ix_jobs q ON q.job_id = t.job_id) o
         WHERE j.job_id = o.job_id AND j.status = 'running' COLLATE "C" AND j.claim_id IS NOT DISTINCT FROM o.claim_id
        RETURNING j.job_id, j.ix_id, j.client_id, j.request_id, j.use_case, j.status, j.attempts, j.callback_url, j.response,
                  o.claim_id AS held_by, o.daemon_id AS held_at, o.started_at AS held_since),
    kept AS (
        INSERT INTO ix_attempts (job_id, attempt, claim_id, daemon_id, started_at, outcome)
        SELECT job_id, attempts, coalesce(held_by, '00000000-0000-0000-0000-000000000000'), held_at, held_since, $3 FROM back
            ON CONFLICT DO NOTHING),
    due AS (
        INSERT INTO ix_callbacks (job_id, client_id, url, status, body)
        SELECT job_id, pg_catalog.left(coalesce(client_id, ''), 255), callback_url, status, response::text FROM back
         WHERE status = 'error' AND callback_url IS NOT NULL
            ON CONFLICT DO NOTHING)
    SELECT job_id, ix_id::text, client_id::text, request_id::text, use_case::text, status::text, attempts,
           status = 'error' AND callback_url IS NOT NULL, response -> 'error' ->> 'code'
      FROM back
$$;

-- Requests another delivery of an ended job's callback, from the first step of the schedule. The callback may have
-- failed, may have been received and lost there, or may never have been due. The delivery has the old id and
-- identical bytes.
--
-- SELECT * FROM ix_redeliver('6f9619ff-8b86-d011-b42d-00c04fc964ff');
--
-- result: due; under_way (a daemon is delivering the callback now); no_url (the job has no callback URL); not_ended;
-- not_found.
CREATE FUNCTION ix_redeliver(job_id uuid) RETURNS text
    LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
#variable_conflict use_column
DECLARE
    job ix_jobs;
BEGIN
    -- The lock keeps the job from being pruned before the request commits; no write of a daemon waits for the lock.
    SELECT j.* INTO job FROM ix_jobs j WHERE j.job_id = $1
       AND (NOT EXISTS (SELECT 1 FROM ix_client_roles) OR ix_may_name(j.client_id)) FOR KEY SHARE;
    IF NOT FOUND THEN
        RETURN 'not_found';
    ELSIF job.status NOT IN ('done', 'error') THEN
        RETURN 'not_ended';
    ELSIF job.callback_url IS NULL THEN
        RETURN 'no_url';
    END IF;
    IF EXISTS (SELECT 1 FROM ix_callbacks c WHERE c.job_id = $1 AND c.state = 'due' AND c.claim_id IS NOT NULL
                  AND c.due_at > pg_catalog.now()) THEN
        RETURN 'under_way';
    END IF;
    INSERT INTO ix_redeliveries (job_id) VALUES ($1) ON CONFLICT DO NOTHING;
    PERFORM ix_notify('ix_callbacks', '');
    RETURN 'due';
END $$;

-- Runs a step of a prune on some pages of the table. The step deletes jobs with their attempts and callbacks when
-- they ended longer ago than the given seconds (null: kept for ever). In the result, next_page is where the next step
-- begins, or null behind the last page.
--
-- The function walks the heap by ranges of row addresses. So no job pays for an index, and no step reads more than
-- its pages. Locked rows are skipped, so that many prunes may run at once.
-- A job whose callback is due stays. The condition is checked again after the locks, in a fresh snapshot, because
-- ix_redeliver locks the job before it requests a delivery. The check uses subqueries which no planner turns into a
-- join, because a join might leave the heap's order or read all callbacks.
CREATE FUNCTION ix_prune(first_page bigint, pages integer, done_age double precision, error_age double precision,
                         most integer)
RETURNS TABLE (done bigint, error bigint, next_page bigint)
    LANGUAGE plpgsql SET enable_seqscan = off SET search_path FROM CURRENT AS $$
#variable_conflict use_column
DECLARE
    size bigint := pg_catalog.pg_relation_size('ix_jobs') / pg_catalog.current_setting('block_size')::bigint;
    stop bigint := least($1 + $2, size);
    low  tid := pg_catalog.format('(%s,0)', $1)::tid;
    high tid := pg_catalog.format('(%s,0)', stop)::tid;
    ids  uuid[];
    last bigint;
BEGIN
    SELECT pg_catalog.array_agg(v.job_id), pg_catalog.max((v.place::text::point)[0])::bigint INTO ids, last
      FROM (SELECT j.job_id, j.ctid AS place FROM ix_jobs j
             WHERE j.ctid >= low AND j.ctid < high AND j.status IN ('done', 'error')
               AND j.finished_at < pg_catalog.now()
                                   - pg_catalog.make_interval(secs => CASE j.status WHEN 'done' THEN $3 ELSE $4 END)
               AND coalesce((SELECT c.state FROM ix_callbacks c WHERE c.job_id = j.job_id), '') <> 'due'
               AND (SELECT r.job_id FROM ix_redeliveries r WHERE r.job_id = j.job_id) IS NULL
             LIMIT $5 FOR UPDATE OF j SKIP LOCKED) AS v;
    WITH gone AS (
        DELETE FROM ix_jobs j
         WHERE j.job_id = ANY (ids)
           AND coalesce((SELECT c.state FROM ix_callbacks c WHERE c.job_id = j.job_id), '') <> 'due'
           AND (SELECT r.job_id FROM ix_redeliveries r WHERE r.job_id = j.job_id) IS NULL
        RETURNING j.job_id, j.status),
    starts AS (DELETE FROM ix_attempts a USING gone g WHERE a.job_id = g.job_id),
    words AS (DELETE FROM ix_progress p USING gone g WHERE p.job_id = g.job_id),
    tries AS (DELETE FROM ix_deliveries d USING gone g WHERE d.job_id = g.job_id),
    callbacks AS (DELETE FROM ix_callbacks c USING gone g WHERE c.job_id = g.job_id)
    SELECT pg_catalog.count(*) FILTER (WHERE g.status = 'done'), pg_catalog.count(*) FILTER (WHERE g.status = 'error')
      INTO done, error FROM gone g;
    -- A full batch may have left rows in the page of its last row.
    next_page := CASE WHEN pg_catalog.cardinality(ids) >= $5 THEN last WHEN stop < size THEN stop END;
    RETURN NEXT;
END $$;

-- PostgreSQL grants EXECUTE on new functions to PUBLIC. Here only the owner keeps the right, as with the tables.
-- Producers and daemons under other roles get their rights by `ix-worker migrate --roles`, or by single grants.
REVOKE ALL ON FUNCTION
    ix_guard_update(), ix_refuse_update(uuid, uuid, text, text), ix_note_legacy_end(uuid), ix_fill_insert(), ix_has_controls(text),
    ix_is_too_deep(jsonb), ix_numbers_length(jsonb), ix_unfolds(jsonb), ix_is_too_long(jsonb), ix_is_url(text),
    ix_check_url(text), ix_has_texts(jsonb), ix_is_time(timestamptz), ix_read_time(text, text), ix_read_integer(jsonb, text),
    ix_checked_key(text, text), ix_check_request(jsonb, text), ix_passes(text, text, text, jsonb, text),
    ix_next_hint(bigint, bigint), ix_notify(text, text), ix_send_hint(bigint), ix_hint(), ix_may_name(text),
    ix_check_client(text), ix_check_enqueue(jsonb, text, text, text, text, integer, integer, timestamptz, timestamptz),
    ix_enqueue(jsonb, text, text, text, text, timestamptz, integer, integer, timestamptz), ix_enqueue_batch(jsonb),
    ix_error(ix_jobs, text, text), ix_cancel(uuid), ix_resubmit(uuid, text),
    ix_hand_back(uuid[], uuid[], text, boolean, interval, text, text), ix_redeliver(uuid),
    ix_prune(bigint, integer, double precision, double precision, integer)
  FROM PUBLIC;
