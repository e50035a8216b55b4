-- 0001: the original ix_jobs, ix-worker's columns, and what runs and what expires.
--
-- An existing ix_jobs is adopted in place: new columns are nullable or have a constant default, so no row is rewritten.
-- Of the rows only live ones are touched: pending ones get due_at and use_case; those that were swept before get
-- max_attempts = attempts + 3, and those without a tag or a finite time get what they lack.
-- The indexes of ix_jobs are files of their own, because a table with rows gets its indexes outside the transaction.
-- Rows leave ix_jobs by the prune duty.
DO $$
BEGIN
    IF current_setting('server_encoding') <> 'UTF8' THEN
        RAISE EXCEPTION 'the database''s encoding is %, and documents need UTF8', current_setting('server_encoding')
            USING ERRCODE = '42P16', HINT = 'CREATE DATABASE ... ENCODING ''UTF8'' TEMPLATE template0';
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
      FROM pg_class c WHERE c.relname = 'ix_jobs' AND c.relnamespace = quote_ident(current_schema())::regnamespace;
    IF fault IS NOT NULL THEN
        RAISE EXCEPTION 'ix_jobs can''t be adopted: %, and must be an ordinary table', fault USING ERRCODE = '42P16';
    END IF;
END $$;

-- True for a table of another owner, whose descriptions stay as they are.
SELECT set_config('ix.is_adopted', (to_regclass('ix_jobs') IS NOT NULL)::text, true);

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
    ADD COLUMN IF NOT EXISTS resubmit_of         uuid,
    -- The claim's place of a plain job: coalesce(run_at, created_at) exactly while the job is pending, has no queue and doesn't
    -- wait; else null.
    ADD COLUMN IF NOT EXISTS due_at              timestamptz,
    -- Not null: the job stands in a line of ix_lines, for its whole life.
    ADD COLUMN IF NOT EXISTS queue               text COLLATE "C",
    -- Jobs of one queue with an equal key are one group: the unit of concurrency, order, rate and share.
    ADD COLUMN IF NOT EXISTS group_key           text COLLATE "C",
    -- True: waits for other jobs; null from their end, or from the job's first start, on.
    ADD COLUMN IF NOT EXISTS waits               boolean,
    -- The job_id of the batch's finisher.
    ADD COLUMN IF NOT EXISTS batch_id            uuid,
    -- True: an end of the job writes a note into ix_ended.
    ADD COLUMN IF NOT EXISTS has_dependents      boolean,
    -- The pauses before the starts after a failed one, in seconds; null: the pipeline's.
    ADD COLUMN IF NOT EXISTS retry_seconds       double precision[],
    -- The caller's W3C traceparent, and behind a line break its tracestate.
    ADD COLUMN IF NOT EXISTS trace_context       text;

-- The descriptions of the original columns (describe_original) go by the mark.
DO $$
BEGIN
    IF NOT current_setting('ix.is_adopted')::boolean THEN
        COMMENT ON TABLE ix_jobs IS 'Jobs of ix-worker: a request in, a response out. Rows go in by ix_enqueue.';
    END IF;
END $$;

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
                   ('daemon_id', 'uuid'), ('cancel_requested_at', 'timestamptz'), ('resubmit_of', 'uuid'),
                   ('due_at', 'timestamptz'), ('queue', 'text'), ('group_key', 'text'), ('waits', 'bool'),
                   ('batch_id', 'uuid'), ('has_dependents', 'bool'), ('retry_seconds', '_float8'),
                   ('trace_context', 'text')
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
-- due, get what they lack. A pending row gets its place among the due ones, and its use case.
UPDATE ix_jobs
   SET max_attempts = CASE WHEN attempts > 0 THEN least(attempts, 999997) + 3 ELSE max_attempts END,
       ix_id = coalesce(ix_id, left(md5(job_id::text), 16)),
       created_at = CASE WHEN isfinite(created_at) THEN created_at ELSE now() END,
       due_at = CASE WHEN status = 'pending' THEN coalesce(run_at, CASE WHEN isfinite(created_at) THEN created_at ELSE now() END) END,
       use_case = coalesce(use_case, CASE WHEN octet_length(request ->> 'use_case') <= 255 THEN request ->> 'use_case' END)
 WHERE status = 'pending'
    OR status = 'running' AND (attempts > 0 OR ix_id IS NULL OR created_at IS NULL OR NOT isfinite(created_at));

-- The jobs which a daemon may be running, said before it claims them: a row for each list of candidates, or for a claim. A
-- superset: ix_jobs.status and ix_jobs.daemon_id say what runs. daemon_id is null for the job of a legacy worker. No
-- index: few rows, deleted by place.
-- Cut by: the daemon itself when the jobs of the row have ended, else the sweep, after the daemon's death.
CREATE TABLE ix_running (
    daemon_id uuid,
    job_ids   uuid[] NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);
INSERT INTO ix_running (job_ids)
SELECT array_agg(job_id) FROM ix_jobs WHERE status = 'running' HAVING count(*) > 0;

-- Jobs with expires_at, looked up when due; what ix_jobs says by then counts.
-- Cut by: the sweep that looks at the row.
CREATE TABLE ix_expiring (
    expires_at timestamptz NOT NULL,
    job_id     uuid NOT NULL
);
CREATE INDEX ix_expiring_at ON ix_expiring (expires_at);
INSERT INTO ix_expiring (expires_at, job_id)
SELECT expires_at, job_id FROM ix_jobs WHERE status = 'pending' AND expires_at IS NOT NULL;

-- A queue turns its rows over quickly; the default of a fifth of the table would leave dead rows in place for hours.
-- The spare part of a page holds a row's next version, so that an end needs no entry in any index. Only new pages get the
-- spare part, so an adopted table is not rewritten.
ALTER TABLE ix_jobs SET (fillfactor = 70,
                         autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000,
                         autovacuum_analyze_scale_factor = 0.05);
