-- 0002: daemons, and the traces that their starts of jobs leave.

-- A row per daemon that runs or ran; the lease covers all jobs which the daemon holds.
-- Cut by: nothing yet; the prune duty is to.
CREATE TABLE ix_daemons (
    daemon_id   uuid PRIMARY KEY,
    instance    text NOT NULL,
    host        text NOT NULL,
    pid         integer NOT NULL,
    version     text NOT NULL,
    -- The newest schema version that the daemon knows; a migration compares the number with oldest_daemon.
    schema_version integer,
    started_at  timestamptz NOT NULL DEFAULT now(),
    renewed_at  timestamptz NOT NULL DEFAULT now(),
    lease_until timestamptz NOT NULL,
    -- Pipelines that take no jobs at this daemon for now: [{"pipeline": ..., "reason": ...}, ...].
    open_breakers jsonb,
    -- Use cases for which the daemon has pipelines, in order; null: every use case.
    serves      text[],
    -- Queues from which the daemon takes jobs, in order; null: every queue.
    queues      text[],
    -- Workers that have not ended, as of the newest heartbeat.
    workers     integer,
    -- Workers that an operator wants, set by ix_scale_workers; null: the number of the daemon's configuration.
    wanted_workers integer,
    -- Endpoints that get no callbacks from this daemon for now, because their tries failed; at most 1,000.
    closed_endpoints text[]
);

-- Suspects: jobs that ran when their daemon died, any of which may have killed the daemon. Few suspects run at a time
-- until all have ended. A suspect that ran alone among the suspects at a second death is charged with the death.
-- Cut by: the sweep, when all suspects have ended.
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
-- Cut by: the prune duty, with the job.
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
-- Cut by: the end of the run, else the sweep.
CREATE TABLE ix_progress (
    job_id     uuid PRIMARY KEY,
    claim_id   uuid NOT NULL,
    fraction   double precision,
    message    text,
    log_tail   text NOT NULL DEFAULT '',
    log_bytes  bigint NOT NULL DEFAULT 0,
    updated_at timestamptz NOT NULL DEFAULT now()
);

-- Writes of foreign code that a guard skipped.
-- Cut by: nothing yet; the prune duty is to.
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
