-- ix_schedule: makes a schedule, or changes the schedule with the name. A schedule inserts the request as a job of client
-- `schedule` at each moment of a rule: a cron expression in a time zone, or every so many seconds.
--
-- SELECT ix_schedule('nightly', '{"use_case": "report"}', cron => '30 2 * * *', time_zone => 'Europe/Berlin');
--
-- Returns the version. A change raises the version, which voids a fire planned under the older version; a call without a
-- change keeps the version. Arguments left out get their defaults. A schedule paused by a daemon goes on after a change.
-- Schedules of a configuration file are refused.
CREATE OR REPLACE FUNCTION ix_schedule(
    name text, request jsonb, cron text DEFAULT NULL, every_seconds double precision DEFAULT NULL,
    time_zone text DEFAULT 'UTC', callback_url text DEFAULT NULL, queue text DEFAULT NULL, group_key text DEFAULT NULL,
    priority integer DEFAULT NULL, max_attempts integer DEFAULT NULL, missed text DEFAULT 'last',
    missed_within_seconds double precision DEFAULT 86400, overlap text DEFAULT 'allow', starts_at timestamptz DEFAULT NULL,
    ends_at timestamptz DEFAULT NULL) RETURNS bigint
    LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
#variable_conflict use_column
DECLARE
    rule ix_schedules;
BEGIN
    rule.name := $1;
    rule.request := $2;
    rule.cron := $3;
    rule.every_seconds := $4;
    rule.time_zone := $5;
    rule.callback_url := $6;
    rule.queue := $7;
    rule.group_key := $8;
    rule.priority := $9;
    rule.max_attempts := $10;
    rule.missed := $11;
    rule.missed_within_seconds := $12;
    rule.overlap := $13;
    rule.starts_at := $14;
    rule.ends_at := $15;
    RETURN ix_put_schedule(rule);
END $$;
