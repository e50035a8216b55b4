-- 0001: ix_jobs of the embedded file, under PostgreSQL's names and with PostgreSQL's guards.
--
-- Defaults, checks and triggers use built-in functions only, so that any program that opens the file (the sqlite3
-- shell, Python, …) is bound by them.
-- Times are text, UTC, always with six digits after the second, so that the order as text is the order in time.
-- 'infinity' and '-infinity', which run_at and expires_at may hold, sort correctly. The documents are the last
-- columns, so that reading the columns before them reads no document.

CREATE TABLE ix_jobs (
    job_id          text PRIMARY KEY NOT NULL DEFAULT (
                        lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2)
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

-- The claim's order, on pending rows only.
CREATE INDEX ix_jobs_due ON ix_jobs (coalesce(run_at, created_at), job_id) WHERE status = 'pending';
-- The claim's order within a use case, for a daemon that may not take jobs of every use case.
CREATE INDEX ix_jobs_due_by_use_case ON ix_jobs (use_case, coalesce(run_at, created_at), job_id)
    WHERE status = 'pending';
-- For the sweep and the heartbeat: an entry per running job.
CREATE INDEX ix_jobs_running ON ix_jobs (daemon_id) WHERE status = 'running';
-- Pending jobs with expires_at; jobs without expires_at cost nothing here.
CREATE INDEX ix_jobs_expiring ON ix_jobs (expires_at) WHERE status = 'pending' AND expires_at IS NOT NULL;

-- The daemon that holds the file, and no other; lease_until is null while the daemon does. No lease runs out, because
-- the lock on the file shows more reliably which daemon is alive.
CREATE TABLE ix_daemons (
    daemon_id   text PRIMARY KEY NOT NULL,
    instance    text NOT NULL,
    host        text NOT NULL,
    pid         integer NOT NULL,
    version     text NOT NULL,
    started_at  text NOT NULL,
    lease_until text,
    -- Pipelines that take no jobs for now: [{"pipeline": …, "reason": …}, …].
    open_breakers text,
    -- Use cases for which the daemon has pipelines, a JSON array; null: every use case.
    serves      text
) STRICT;

-- Suspects: jobs that ran when their daemon died, any of which may have killed the daemon. Few suspects run at a time
-- until all have ended. A suspect that ran alone among the suspects at a second death is charged with the death.
CREATE TABLE ix_suspects (
    job_id   text PRIMARY KEY NOT NULL,
    deaths   integer NOT NULL DEFAULT 1,
    -- The number of suspects that may run at a time; equal in all rows.
    width    integer NOT NULL,
    -- The job's own run_at. While the suspect waits for its turn, ix_jobs.run_at lies an hour ahead.
    run_at   text,
    -- The job's attempts when the job became a suspect.
    attempts integer NOT NULL,
    is_held  integer NOT NULL DEFAULT 1
) STRICT;

-- Starts that the job's own row doesn't show: starts after which the job went back, and ends with a log or an exit
-- status.
CREATE TABLE ix_attempts (
    job_id      text NOT NULL,
    attempt     integer NOT NULL,
    claim_id    text NOT NULL,
    daemon_id   text,
    started_at  text,
    ended_at    text NOT NULL,
    outcome     text NOT NULL,
    exit_status text,
    log_tail    text,
    -- The number of starts that the row counts. Repeated starts that ran no program share a row, and the row has the
    -- numbers of the newest start.
    starts      integer NOT NULL DEFAULT 1,
    PRIMARY KEY (job_id, attempt, claim_id)
) STRICT;

-- Progress of running jobs and the end of their logs, about one second old; deleted when the run ends.
CREATE TABLE ix_progress (
    job_id     text PRIMARY KEY NOT NULL,
    claim_id   text NOT NULL,
    fraction   real,
    message    text,
    log_tail   text NOT NULL DEFAULT '',
    log_bytes  integer NOT NULL DEFAULT 0,
    updated_at text NOT NULL
) STRICT;

-- The outbox: a row per callback, written in the transaction of the job's end. The body is stored here, so that every
-- try sends identical bytes. A received callback's body is deleted, because the job's row keeps the document.
-- A row with claim_id and a due_at in the future is under delivery. Its due_at is then the lease's end, after which
-- the callback is due again.
CREATE TABLE ix_callbacks (
    job_id     text PRIMARY KEY NOT NULL,
    client_id  text NOT NULL,
    url        text NOT NULL,
    -- Scheme, host and port: the unit that is slow or dead together.
    endpoint   text NOT NULL,
    -- The job's status: done or error.
    status     text NOT NULL,
    -- True when the body travels in an envelope; decided by the first try for every try.
    wrapped    integer,
    -- due, delivered or failed.
    state      text NOT NULL DEFAULT 'due',
    due_at     text NOT NULL,
    -- The schedule's start: the job's end, or the request for another delivery.
    since      text NOT NULL,
    ended_at   text NOT NULL,
    -- The index in the schedule, and the number of tries in all.
    step       integer NOT NULL DEFAULT 0,
    tries      integer NOT NULL DEFAULT 0,
    claim_id   text,
    daemon_id  text,
    settled_at text,
    body       text
) STRICT;

-- Due callbacks by endpoint and client, so that a walk steps over a backlog at once; others have no entry.
CREATE INDEX ix_callbacks_due ON ix_callbacks (endpoint, client_id, due_at) WHERE state = 'due';
CREATE INDEX ix_callbacks_failed ON ix_callbacks (settled_at) WHERE state = 'failed';

-- The log of tries.
CREATE TABLE ix_deliveries (
    job_id      text NOT NULL,
    claim_id    text NOT NULL,
    daemon_id   text,
    try         integer NOT NULL,
    ended_at    text NOT NULL,
    seconds     real NOT NULL,
    -- The receiver's HTTP status; null without a response.
    http_status integer,
    -- The reason of a failed try; null when the callback was received.
    reason      text,
    -- The first bytes of the receiver's response.
    answer      text,
    PRIMARY KEY (job_id, claim_id)
) STRICT;

-- Batches of jobs moved to or from another store, recorded in the batch's transaction. After an interrupted move the
-- rows tell which batches are done.
CREATE TABLE ix_moved_batches (
    export_id  text NOT NULL,
    batch      integer NOT NULL,
    direction  text NOT NULL,
    entered_at text NOT NULL,
    PRIMARY KEY (export_id, batch, direction)
) STRICT;

-- Writes of foreign code that a guard skipped.
CREATE TABLE ix_refused_writes (
    refusal_id  integer PRIMARY KEY AUTOINCREMENT,
    refused_at  text NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')),
    rule        text NOT NULL,
    job_id      text NOT NULL,
    old_status  text,
    new_status  text
) STRICT;

-- The guards skip and note a refused write, and raise no error, as on PostgreSQL. RAISE(IGNORE) leaves the row, and
-- the note before it, unchanged.
CREATE TRIGGER ix_guard_terminal BEFORE UPDATE ON ix_jobs
    WHEN OLD.status IN ('done', 'error') AND (
        NEW.status <> OLD.status OR NEW.job_id <> OLD.job_id OR NEW.ix_id <> OLD.ix_id
        OR NEW.client_id <> OLD.client_id OR NEW.request_id <> OLD.request_id
        OR NEW.callback_url IS NOT OLD.callback_url OR NEW.attempts <> OLD.attempts
        OR NEW.created_at <> OLD.created_at OR NEW.started_at IS NOT OLD.started_at
        OR NEW.finished_at IS NOT OLD.finished_at OR NEW.use_case IS NOT OLD.use_case
        OR NEW.run_at IS NOT OLD.run_at OR NEW.priority <> OLD.priority OR NEW.max_attempts <> OLD.max_attempts
        OR NEW.expires_at IS NOT OLD.expires_at OR NEW.claim_id IS NOT OLD.claim_id
        OR NEW.finished_claim IS NOT OLD.finished_claim OR NEW.daemon_id IS NOT OLD.daemon_id
        OR NEW.cancel_requested_at IS NOT OLD.cancel_requested_at OR NEW.resubmit_of IS NOT OLD.resubmit_of
        OR NEW.request <> OLD.request OR NEW.response IS NOT OLD.response
        OR (NEW.callback_status IS NOT OLD.callback_status AND NOT coalesce(
                (OLD.callback_status IS NULL AND NEW.callback_status IN ('delivered', 'failed'))
                OR (OLD.callback_status = 'failed' AND NEW.callback_status = 'delivered'), false)))
BEGIN
    INSERT INTO ix_refused_writes (rule, job_id, old_status, new_status)
    VALUES ('terminal', OLD.job_id, OLD.status, NEW.status);
    SELECT RAISE(IGNORE);
END;

CREATE TRIGGER ix_guard_edge BEFORE UPDATE ON ix_jobs
    WHEN OLD.status = 'pending' AND NEW.status NOT IN ('pending', 'running', 'error')
BEGIN
    INSERT INTO ix_refused_writes (rule, job_id, old_status, new_status)
    VALUES ('edge', OLD.job_id, OLD.status, NEW.status);
    SELECT RAISE(IGNORE);
END;

CREATE TRIGGER ix_guard_claim BEFORE UPDATE ON ix_jobs
    WHEN OLD.status = 'running' AND NEW.status IN ('done', 'error')
        AND NEW.claim_id IS NOT NULL AND NEW.finished_claim IS NOT NEW.claim_id
BEGIN
    INSERT INTO ix_refused_writes (rule, job_id, old_status, new_status)
    VALUES ('claim', OLD.job_id, OLD.status, NEW.status);
    SELECT RAISE(IGNORE);
END;

CREATE TRIGGER ix_guard_lease BEFORE UPDATE ON ix_jobs
    WHEN OLD.status = 'running' AND NEW.status = 'pending' AND NEW.claim_id IS NOT NULL
        AND EXISTS (SELECT 1 FROM ix_daemons WHERE daemon_id = OLD.daemon_id AND lease_until IS NULL)
BEGIN
    INSERT INTO ix_refused_writes (rule, job_id, old_status, new_status)
    VALUES ('lease', OLD.job_id, OLD.status, NEW.status);
    SELECT RAISE(IGNORE);
END;

-- A foreign running -> pending that the guards allow: the claim is cleared.
CREATE TRIGGER ix_clear_claim AFTER UPDATE ON ix_jobs
    WHEN OLD.status = 'running' AND NEW.status = 'pending' AND NEW.claim_id IS NOT NULL
BEGIN
    UPDATE ix_jobs SET claim_id = NULL, daemon_id = NULL WHERE job_id = NEW.job_id;
END;

-- Every end of a job with a callback URL makes its callback due, for every writer, in the end's transaction.
CREATE TRIGGER ix_enqueue_callback AFTER UPDATE OF status ON ix_jobs
    WHEN NEW.status IN ('done', 'error') AND OLD.status NOT IN ('done', 'error') AND NEW.callback_url IS NOT NULL
BEGIN
    INSERT INTO ix_callbacks (job_id, client_id, url, endpoint, status, body, due_at, since, ended_at)
    SELECT NEW.job_id, NEW.client_id, NEW.callback_url, endpoint, NEW.status, NEW.response, ended, ended, ended
      FROM (SELECT lower(substr(NEW.callback_url, 1, start + min(
                       instr(rest || '/', '/'), instr(rest || '?', '?'), instr(rest || '#', '#')) - 1)) AS endpoint,
                   coalesce(NEW.finished_at, strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')) AS ended
              FROM (SELECT instr(NEW.callback_url, '//') + 1 AS start,
                           substr(NEW.callback_url, instr(NEW.callback_url, '//') + 2) AS rest))
     WHERE true
        ON CONFLICT DO NOTHING;
END;

-- The limits of inserts, for every writer.
CREATE TRIGGER ix_check_insert BEFORE INSERT ON ix_jobs
BEGIN
    SELECT RAISE(ABORT, 'client_id: is empty') WHERE NEW.client_id = '';
    SELECT RAISE(ABORT, 'client_id: over 255 bytes') WHERE length(CAST(NEW.client_id AS blob)) > 255;
    SELECT RAISE(ABORT, 'client_id: holds a control character')
     WHERE NEW.client_id GLOB '*[' || char(1) || '-' || char(31) || char(127) || '-' || char(159) || ']*';
    SELECT RAISE(ABORT, 'request_id: is empty') WHERE NEW.request_id = '';
    SELECT RAISE(ABORT, 'request_id: over 255 bytes') WHERE length(CAST(NEW.request_id AS blob)) > 255;
    SELECT RAISE(ABORT, 'request_id: holds a control character')
     WHERE NEW.request_id GLOB '*[' || char(1) || '-' || char(31) || char(127) || '-' || char(159) || ']*';
    -- ix-worker's own additions to a request (its ix_id) come on top of the caller's 1 MiB.
    SELECT RAISE(ABORT, 'request: over 1048576 bytes') WHERE length(CAST(NEW.request AS blob)) > 1048576 + 1024;
    SELECT RAISE(ABORT, 'callback_url: over 2048 bytes') WHERE length(CAST(NEW.callback_url AS blob)) > 2048;
    SELECT RAISE(ABORT, 'callback_url: holds a control character')
     WHERE NEW.callback_url GLOB '*[' || char(1) || '-' || char(31) || char(127) || '-' || char(159) || ']*';
    SELECT RAISE(ABORT, 'callback_url: holds a space, which has to be written as %20') WHERE instr(NEW.callback_url, ' ');
    SELECT RAISE(ABORT, 'callback_url: holds a fragment (#), which no request carries') WHERE instr(NEW.callback_url, '#');
    SELECT RAISE(ABORT, 'callback_url: holds ", which has to be written as %22') WHERE instr(NEW.callback_url, '"');
    SELECT RAISE(ABORT, 'callback_url: holds <, which has to be written as %3C') WHERE instr(NEW.callback_url, '<');
    SELECT RAISE(ABORT, 'callback_url: holds >, which has to be written as %3E') WHERE instr(NEW.callback_url, '>');
    SELECT RAISE(ABORT, 'callback_url: holds \, which has to be written as %5C') WHERE instr(NEW.callback_url, '\');
    SELECT RAISE(ABORT, 'callback_url: holds ^, which has to be written as %5E') WHERE instr(NEW.callback_url, '^');
    SELECT RAISE(ABORT, 'callback_url: holds `, which has to be written as %60') WHERE instr(NEW.callback_url, '`');
    SELECT RAISE(ABORT, 'callback_url: holds {, which has to be written as %7B') WHERE instr(NEW.callback_url, '{');
    SELECT RAISE(ABORT, 'callback_url: holds |, which has to be written as %7C') WHERE instr(NEW.callback_url, '|');
    SELECT RAISE(ABORT, 'callback_url: holds }, which has to be written as %7D') WHERE instr(NEW.callback_url, '}');
    SELECT RAISE(ABORT, 'callback_url: holds a character beyond ASCII, which has to be written as %XX, in the host as punycode')
     WHERE length(CAST(NEW.callback_url AS blob)) > length(NEW.callback_url);
    SELECT RAISE(ABORT, 'callback_url: is not an absolute http or https URL')
     WHERE NOT (lower(NEW.callback_url) GLOB 'http://[^/?:]*' OR lower(NEW.callback_url) GLOB 'https://[^/?:]*');
    -- The URL's parts, one after the other: authority, host and port.
    SELECT RAISE(ABORT, 'callback_url: holds a user or a password')
      FROM (SELECT substr(NEW.callback_url, instr(NEW.callback_url, '//') + 2) AS rest)
     WHERE instr(substr(rest, 1, min(instr(rest || '/', '/'), instr(rest || '?', '?')) - 1), '@');
    SELECT RAISE(ABORT, 'callback_url: has a host in brackets that is no IPv6 address')
      FROM (SELECT lower(substr(NEW.callback_url, instr(NEW.callback_url, '//') + 2)) AS rest)
     WHERE rest GLOB '[[]*' AND NOT (
               instr(substr(rest, 2, instr(rest || ']', ']') - 2), ':')
               AND NOT substr(rest, 2, instr(rest || ']', ']') - 2) GLOB '*[^0-9a-f:.]*'
               AND substr(rest, instr(rest || ']', ']') + 1, 1) IN ('', ':', '/', '?') AND instr(rest, ']'));
    SELECT RAISE(ABORT, 'callback_url: has a port that is not 1 to 65535')
      FROM (SELECT CASE WHEN authority GLOB '[[]*' THEN substr(authority, instr(authority, ']') + 1) ELSE authority END AS rest
              FROM (SELECT substr(rest, 1, min(instr(rest || '/', '/'), instr(rest || '?', '?')) - 1) AS authority
                      FROM (SELECT substr(NEW.callback_url, instr(NEW.callback_url, '//') + 2) AS rest)))
     WHERE instr(rest, ':')
       AND (substr(rest, instr(rest, ':') + 1) GLOB '*[^0-9]*' OR length(substr(rest, instr(rest, ':') + 1)) NOT BETWEEN 1 AND 5
            OR CAST(substr(rest, instr(rest, ':') + 1) AS integer) NOT BETWEEN 1 AND 65535);
    SELECT RAISE(ABORT, 'callback_url: has a host that is no name')
      FROM (SELECT lower(substr(authority, 1, instr(authority || ':', ':') - 1)) AS host
              FROM (SELECT substr(rest, 1, min(instr(rest || '/', '/'), instr(rest || '?', '?')) - 1) AS authority
                      FROM (SELECT substr(NEW.callback_url, instr(NEW.callback_url, '//') + 2) AS rest)))
     WHERE NOT host GLOB '[[]*'
       AND (host GLOB '*[^a-z0-9_.-]*' OR host GLOB '.*' OR instr(host, '..') OR length(host) > 253
            OR host GLOB '*' || replace(printf('%064d', 0), '0', '[^.]') || '*');
    -- The last part of a name that begins like a number makes it an address in some reader's eyes.
    SELECT RAISE(ABORT, 'callback_url: has a number for a host that is not a plain IPv4 address')
      FROM (SELECT host, rtrim(host, '.') AS name
              FROM (SELECT lower(substr(authority, 1, instr(authority || ':', ':') - 1)) AS host
                      FROM (SELECT substr(rest, 1, min(instr(rest || '/', '/'), instr(rest || '?', '?')) - 1) AS authority
                              FROM (SELECT substr(NEW.callback_url, instr(NEW.callback_url, '//') + 2) AS rest))))
     WHERE NOT host GLOB '[[]*'
       AND (NOT replace(name, rtrim(name, replace(name, '.', '')), '') GLOB '*[^0-9]*'
            OR replace(name, rtrim(name, replace(name, '.', '')), '') GLOB '0x*')
       AND NOT (NOT host GLOB '*[^0-9.]*' AND json_valid('[' || replace(host, '.', ',') || ']')
                AND (SELECT count(*) FROM json_each('[' || replace(host, '.', ',') || ']')) = 4
                AND (SELECT max(value) FROM json_each('[' || replace(host, '.', ',') || ']')) < 256);
END;

-- Foreign inserts don't name use_case. Inserts of ix-worker do, and never enter the trigger.
CREATE TRIGGER ix_fill_insert AFTER INSERT ON ix_jobs
    WHEN NEW.use_case IS NULL AND NEW.status = 'pending'
BEGIN
    -- Among duplicate names the last counts.
    UPDATE ix_jobs
       SET use_case = (SELECT atom FROM json_each(request) WHERE key = 'use_case' AND type = 'text' ORDER BY id DESC LIMIT 1),
           request = json_set(request, '$.ix_id', ix_id)
     WHERE job_id = NEW.job_id;
END;

-- Inserts a job idempotently, for every language, inside the caller's own transaction:
--
-- INSERT INTO ix_enqueue (request, callback_url)
-- VALUES ('{"use_case": "extract", "ix_client_id": "c", "request_id": "r", "context": {}}', 'https://…');
--
-- The first insert of (ix_client_id, request_id) wins; a second insert changes nothing. The caller finds the row in
-- ix_jobs by the two keys, in the same transaction. The priority is stored and has no effect on the order of claims
-- yet.
CREATE VIEW ix_enqueue AS
SELECT request, callback_url, run_at, priority, max_attempts, expires_at FROM ix_jobs;

CREATE TRIGGER ix_enqueue INSTEAD OF INSERT ON ix_enqueue
BEGIN
    SELECT RAISE(ABORT, 'request: is not a JSON object') WHERE NEW.request IS NULL;
    SELECT RAISE(ABORT, 'request: is not JSON') WHERE NOT json_valid(NEW.request);
    SELECT RAISE(ABORT, 'request: is not a JSON object') WHERE json_type(NEW.request) <> 'object';
    SELECT RAISE(ABORT, 'request: over 1048576 bytes') WHERE length(CAST(NEW.request AS blob)) > 1048576;
    -- An escaped backslash before u0000 is no escape of u0000, so pairs of backslashes go first.
    SELECT RAISE(ABORT, 'request: holds \u0000, which can''t be stored')
     WHERE instr(lower(replace(NEW.request, '\\', '')), '\u0000');
    SELECT RAISE(ABORT, 'request: nested deeper than 64 levels')
     WHERE length(NEW.request) - length(replace(replace(NEW.request, '[', ''), '{', '')) > 64
       AND (WITH RECURSIVE level (value, depth) AS (
                SELECT NEW.request, 1
                 UNION ALL
                SELECT e.value, depth + 1 FROM level, json_each(level.value) AS e
                 WHERE e.type IN ('object', 'array') AND depth < 65)
            SELECT max(depth) FROM level) > 64;
    -- SQLite reads a surrogate as U+FFFD, as it reads U+FFFE and U+FFFF; intended U+FFFD, U+FFFE and U+FFFF are
    -- removed first.
    SELECT RAISE(ABORT, 'request: holds a lone surrogate')
     WHERE instr(lower(NEW.request), '\ud') AND EXISTS (
         SELECT 1 FROM json_tree(NEW.request)
          WHERE replace(replace(replace(coalesce(key, '') || CASE type WHEN 'text' THEN atom ELSE '' END,
                                        char(65533), ''), char(65534), ''), char(65535), '')
                GLOB '*' || char(65533) || '*');
    -- PostgreSQL's numeric has at most 131,072 digits before the point and 16,383 digits after the point.
    SELECT RAISE(ABORT, 'request: holds a number with more than 131072 digits before its point or 16383 after')
     WHERE (NEW.request GLOB '*[0-9.][eE][-+0-9]*' OR length(NEW.request) > 16383) AND EXISTS (
         WITH RECURSIVE level (value) AS (
             SELECT NEW.request
              UNION ALL
             SELECT e.value FROM level, json_each(level.value) AS e WHERE e.type IN ('object', 'array')),
         number (text) AS (
             SELECT level.value -> (CASE typeof(e.key) WHEN 'integer' THEN '$[' || e.key || ']'
                                                       ELSE '$."' || e.key || '"' END)
               FROM level, json_each(level.value) AS e WHERE e.type IN ('real', 'integer')),
         part (mantissa, exponent) AS (
             SELECT substr(text, 1, instr(lower(text) || 'e', 'e') - 1),
                    CAST(substr(text, instr(lower(text) || 'e', 'e') + 1) AS integer)
               FROM number WHERE instr(lower(text), 'e') OR length(text) > 16383)
         SELECT 1 FROM part
          WHERE exponent NOT BETWEEN -200000 AND 200000
             OR instr(ltrim(mantissa, '-') || '.', '.') - 1 + exponent > 131072
             OR length(mantissa) - CASE instr(mantissa, '.') WHEN 0 THEN length(mantissa) ELSE instr(mantissa, '.') END
                - exponent > 16383);
    SELECT RAISE(ABORT, 'use_case: is missing')
     WHERE coalesce((SELECT type FROM (SELECT type, atom FROM json_each(NEW.request) WHERE key = 'use_case' ORDER BY id DESC LIMIT 1)), 'null') = 'null';
    SELECT RAISE(ABORT, 'use_case: is not a string')
      FROM (SELECT type, atom FROM json_each(NEW.request) WHERE key = 'use_case' ORDER BY id DESC LIMIT 1) WHERE type <> 'text';
    SELECT RAISE(ABORT, 'use_case: is empty')
      FROM (SELECT atom FROM json_each(NEW.request) WHERE key = 'use_case' ORDER BY id DESC LIMIT 1) WHERE atom = '';
    SELECT RAISE(ABORT, 'use_case: over 255 bytes')
      FROM (SELECT atom FROM json_each(NEW.request) WHERE key = 'use_case' ORDER BY id DESC LIMIT 1)
     WHERE length(CAST(atom AS blob)) > 255;
    SELECT RAISE(ABORT, 'use_case: holds a control character')
      FROM (SELECT atom FROM json_each(NEW.request) WHERE key = 'use_case' ORDER BY id DESC LIMIT 1)
     WHERE atom GLOB '*[' || char(1) || '-' || char(31) || char(127) || '-' || char(159) || ']*';
    SELECT RAISE(ABORT, 'client_id: is missing')
     WHERE coalesce((SELECT type FROM (SELECT type, atom FROM json_each(NEW.request) WHERE key = 'ix_client_id' ORDER BY id DESC LIMIT 1)), 'null') = 'null';
    SELECT RAISE(ABORT, 'client_id: is not a string')
      FROM (SELECT type, atom FROM json_each(NEW.request) WHERE key = 'ix_client_id' ORDER BY id DESC LIMIT 1) WHERE type <> 'text';
    SELECT RAISE(ABORT, 'request_id: is missing')
     WHERE coalesce((SELECT type FROM (SELECT type, atom FROM json_each(NEW.request) WHERE key = 'request_id' ORDER BY id DESC LIMIT 1)), 'null') = 'null';
    SELECT RAISE(ABORT, 'request_id: is not a string')
      FROM (SELECT type, atom FROM json_each(NEW.request) WHERE key = 'request_id' ORDER BY id DESC LIMIT 1) WHERE type <> 'text';
    SELECT RAISE(ABORT, 'max_attempts: is not a whole number') WHERE typeof(NEW.max_attempts) NOT IN ('integer', 'null');
    SELECT RAISE(ABORT, 'max_attempts: must be 0 (no limit) to 1000000') WHERE NEW.max_attempts NOT BETWEEN 0 AND 1000000;
    SELECT RAISE(ABORT, 'priority: is not a whole number') WHERE typeof(NEW.priority) NOT IN ('integer', 'null');
    SELECT RAISE(ABORT, 'priority: must be -1000000 to 1000000') WHERE NEW.priority NOT BETWEEN -1000000 AND 1000000;
    -- Only the form that the table keeps: built-in functions don't read the others to the microsecond.
    SELECT RAISE(ABORT, 'run_at: is no time; write it like 2026-03-04T05:06:07.000008Z')
     WHERE NEW.run_at NOT IN ('infinity', '-infinity')
       AND (NOT NEW.run_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9][0-9][0-9][0-9]Z'
            OR strftime('%Y-%m-%dT%H:%M:%S', substr(NEW.run_at, 1, 19), '+0 days') IS NOT substr(NEW.run_at, 1, 19)
            OR NEW.run_at < '0001');
    SELECT RAISE(ABORT, 'expires_at: is no time; write it like 2026-03-04T05:06:07.000008Z')
     WHERE NEW.expires_at NOT IN ('infinity', '-infinity')
       AND (NOT NEW.expires_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9][0-9][0-9][0-9]Z'
            OR strftime('%Y-%m-%dT%H:%M:%S', substr(NEW.expires_at, 1, 19), '+0 days') IS NOT substr(NEW.expires_at, 1, 19)
            OR NEW.expires_at < '0001');
    -- Not ON CONFLICT: an OR REPLACE of the statement outside would override it, and the first insert wins.
    INSERT INTO ix_jobs (client_id, request_id, request, callback_url, run_at, priority, max_attempts, expires_at)
    SELECT client, key, NEW.request, NEW.callback_url, NEW.run_at,
           coalesce(NEW.priority, 0), coalesce(NEW.max_attempts, 3), NEW.expires_at
      FROM (SELECT (SELECT atom FROM json_each(NEW.request) WHERE key = 'ix_client_id' ORDER BY id DESC LIMIT 1) AS client,
                   (SELECT atom FROM json_each(NEW.request) WHERE key = 'request_id' ORDER BY id DESC LIMIT 1) AS key) AS keys
     WHERE NOT EXISTS (SELECT 1 FROM ix_jobs AS j WHERE j.client_id = keys.client AND j.request_id = keys.key);
END;
