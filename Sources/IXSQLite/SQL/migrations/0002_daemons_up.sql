-- 0002: daemons, and the traces that their starts of jobs leave.

-- The daemon that holds the file, and no other; lease_until is null while the daemon does. No lease runs out, because
-- the lock on the file shows more reliably which daemon is alive.
-- Cut by: the next daemon that holds the file.
CREATE TABLE ix_daemons (
    daemon_id   text PRIMARY KEY NOT NULL,
    instance    text NOT NULL,
    host        text NOT NULL,
    pid         integer NOT NULL,
    version     text NOT NULL,
    -- The newest schema version that the daemon knows.
    schema_version integer,
    started_at  text NOT NULL,
    lease_until text,
    -- Pipelines that take no jobs for now: [{"pipeline": …, "reason": …}, …].
    open_breakers text,
    -- Use cases for which the daemon has pipelines, a JSON array; null: every use case.
    serves      text,
    -- Queues from which the daemon takes jobs, a JSON array; null: every queue.
    queues      text,
    -- Workers that have not ended.
    workers     integer,
    -- Workers that an operator wants; null: the number of the daemon's configuration.
    wanted_workers integer,
    -- Endpoints that get no callbacks for now, because their tries failed, a JSON array; at most 1,000.
    closed_endpoints text
) STRICT;

-- Suspects: jobs that ran when their daemon died, any of which may have killed the daemon. Few suspects run at a time
-- until all have ended. A suspect that ran alone among the suspects at a second death is charged with the death.
-- Cut by: the sweep, when all suspects have ended.
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
-- Cut by: the prune duty, with the job.
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
-- Cut by: the end of the run, else the sweep.
CREATE TABLE ix_progress (
    job_id     text PRIMARY KEY NOT NULL,
    claim_id   text NOT NULL,
    fraction   real,
    message    text,
    log_tail   text NOT NULL DEFAULT '',
    log_bytes  integer NOT NULL DEFAULT 0,
    updated_at text NOT NULL
) STRICT;

-- Writes of foreign code that a guard skipped.
-- Cut by: nothing yet; the prune duty is to.
CREATE TABLE ix_refused_writes (
    refusal_id  integer PRIMARY KEY AUTOINCREMENT,
    refused_at  text NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')),
    rule        text NOT NULL,
    job_id      text NOT NULL,
    old_status  text,
    new_status  text
) STRICT;
