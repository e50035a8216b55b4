-- 0001: ix_jobs of the embedded file, under PostgreSQL's names and with PostgreSQL's guards.
-- Rows leave ix_jobs by the prune duty.
--
-- Defaults, checks and triggers use built-in functions only, so that any program that opens the file (the sqlite3
-- shell, Python, …) is bound by them.
-- Times are text, UTC, always with six digits after the second, so that the order as text is the order in time.
-- 'infinity' and '-infinity', which run_at and expires_at may hold, sort correctly. The documents are the last
-- columns, so that reading the columns before them reads no document.

CREATE TABLE ix_jobs (
    -- Random, but for the first byte: for 256 seconds all jobs stand side by side in the index.
    job_id          text PRIMARY KEY NOT NULL DEFAULT (
                        lower(printf('%02x', (CAST(strftime('%s', 'now') AS integer) >> 8) & 255) || hex(randomblob(3))
                              || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2)
                              || '-' || substr('89AB', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2)
                              || '-' || hex(randomblob(6)))),
    ix_id           text NOT NULL DEFAULT (lower(hex(randomblob(8)))),
    client_id       text NOT NULL,
    request_id      text NOT NULL,
    status          text NOT NULL DEFAULT 'pending',
    callback_url    text,
    callback_status text,
    attempts        integer NOT NULL DEFAULT 0,
    created_at      text NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')),
    started_at      text,
    finished_at     text,
    use_case        text,
    run_at          text,
    priority        integer NOT NULL DEFAULT 0,
    max_attempts    integer NOT NULL DEFAULT 3,
    expires_at      text,
    claim_id        text,
    finished_claim  text,
    daemon_id       text,
    cancel_requested_at text,
    resubmit_of     text,
    -- The columns of flow control, as on PostgreSQL; retry_seconds is a JSON array. A job with a queue stands in a line.
    due_at          text,
    queue           text,
    group_key       text,
    waits           integer,
    batch_id        text,
    has_dependents  integer,
    retry_seconds   text,
    -- The caller's W3C traceparent, and behind a line break its tracestate.
    trace_context   text,
    request         text NOT NULL,
    response        text,
    UNIQUE (client_id, request_id),
    CONSTRAINT "status: must be pending, running, done or error"
        CHECK (status IN ('pending', 'running', 'done', 'error')),
    CONSTRAINT "callback_status: must be delivered or failed" CHECK (callback_status IN ('delivered', 'failed')),
    CONSTRAINT "max_attempts: must be 0 (no limit) to 2147483647" CHECK (max_attempts BETWEEN 0 AND 2147483647),
    CONSTRAINT "attempts: must be 0 to 2147483647" CHECK (attempts BETWEEN 0 AND 2147483647),
    CONSTRAINT "priority: must be -2147483648 to 2147483647" CHECK (priority BETWEEN -2147483648 AND 2147483647),
    CONSTRAINT "job_id: must be a UUID in lower case" CHECK (
        length(job_id) = 36 AND NOT replace(job_id, '-', '') GLOB '*[^0-9a-f]*' AND length(replace(job_id, '-', '')) = 32
        AND job_id GLOB '????????-????-????-????-????????????'),
    CONSTRAINT "created_at: must be UTC as 2026-03-04T05:06:07.000008Z" CHECK (
        created_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9][0-9][0-9][0-9]Z'),
    CONSTRAINT "run_at: must be UTC as 2026-03-04T05:06:07.000008Z" CHECK (
        run_at IS NULL OR run_at IN ('infinity', '-infinity') OR run_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9][0-9][0-9][0-9]Z'),
    CONSTRAINT "expires_at: must be UTC as 2026-03-04T05:06:07.000008Z" CHECK (
        expires_at IS NULL OR expires_at IN ('infinity', '-infinity') OR expires_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9][0-9][0-9][0-9]Z'),
    CONSTRAINT "request: is not a JSON object" CHECK (json_valid(request) AND json_type(request) = 'object'),
    CONSTRAINT "response: is not a JSON object"
        CHECK (response IS NULL OR (json_valid(response) AND json_type(response) = 'object'))
) STRICT;

-- The claim's order, on pending rows outside the lines, without waiting dependent jobs.
CREATE INDEX ix_jobs_due ON ix_jobs (coalesce(run_at, created_at), job_id) WHERE status = 'pending' AND queue IS NULL AND waits IS NULL;
-- The claim's order within a use case, for a daemon that may not take jobs of every use case; and every pending row.
CREATE INDEX ix_jobs_due_by_use_case ON ix_jobs (use_case, coalesce(run_at, created_at), job_id)
    WHERE status = 'pending';
-- For the sweep and the heartbeat: an entry per running job.
CREATE INDEX ix_jobs_running ON ix_jobs (daemon_id) WHERE status = 'running';
-- Lists, newest first.
CREATE INDEX ix_jobs_created ON ix_jobs (created_at, job_id);
-- Pending jobs with expires_at; jobs without expires_at cost nothing here.
CREATE INDEX ix_jobs_expiring ON ix_jobs (expires_at) WHERE status = 'pending' AND expires_at IS NOT NULL;
