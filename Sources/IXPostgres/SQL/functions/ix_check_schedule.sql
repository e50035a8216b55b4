-- ix_check_schedule: raises the reason why a schedule is refused; returns true for any other schedule. Of a cron expression
-- only the form is checked: the planning daemon pauses a schedule without moments, with the reason.
CREATE OR REPLACE FUNCTION ix_check_schedule(rule ix_schedules) RETURNS boolean
    LANGUAGE plpgsql STABLE SET search_path FROM CURRENT AS $$
DECLARE
    fields text[] := pg_catalog.regexp_split_to_array(pg_catalog.btrim(rule.cron, E' \t'), E'[ \t]+');
    names  text := '@hourly, @daily, @midnight, @weekly, @monthly, @yearly, @annually';
    fault  text;
BEGIN
    PERFORM ix_checked_key(rule.name, 'name'), ix_check_request(rule.request, rule.callback_url);
    -- The moment follows the name in request_id.
    fault := CASE
        WHEN octet_length(rule.name) > 200 THEN 'name: over 200 bytes'
        WHEN rule.request ?| ARRAY['ix_client_id', 'request_id'] THEN 'request: its ix_client_id and request_id are the schedule''s to give'
        WHEN rule.cron IS NULL AND rule.every_seconds IS NULL THEN 'cron: is missing; a schedule has cron or every_seconds'
        WHEN rule.cron IS NOT NULL AND rule.every_seconds IS NOT NULL THEN 'every_seconds: is given beside cron; a schedule has one of both'
        WHEN NOT (rule.every_seconds BETWEEN 1 AND 315360000 AND trunc(rule.every_seconds) = rule.every_seconds)
        THEN 'every_seconds: must be whole seconds from 1 to 315360000'
        WHEN octet_length(rule.cron) > 512 THEN 'cron: over 512 bytes'
        WHEN fields = '{""}' THEN 'cron: is empty'
        WHEN fields[1] LIKE '@%' AND lower(array_to_string(fields, ' ')) <> ALL (string_to_array(names, ', '))
        THEN format('cron: must be 5 fields or one of %s', names)
        WHEN fields[1] NOT LIKE '@%' AND cardinality(fields) <> 5
        THEN format('cron: has %s fields, must have 5: minute, hour, day, month, weekday', cardinality(fields))
        WHEN fields[1] NOT LIKE '@%' AND rule.cron ~ E'[^0-9A-Za-z*,/ \t-]' THEN 'cron: must be numbers, names, ranges, lists and steps'
        WHEN rule.time_zone IS NULL OR rule.time_zone = '' THEN 'time_zone: is empty'
        WHEN octet_length(rule.time_zone) > 100 THEN 'time_zone: over 100 bytes'
        WHEN rule.time_zone !~ '^[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+)*$' OR rule.time_zone ~ '^(localtime$|right/)'
        THEN 'time_zone: must be a name such as Europe/Berlin or UTC'
        WHEN rule.time_zone <> 'UTC' AND NOT EXISTS (SELECT 1 FROM pg_timezone_names z WHERE z.name = rule.time_zone)
        THEN format('time_zone: %s is unknown to this server', rule.time_zone)
        WHEN rule.max_attempts NOT BETWEEN 0 AND 1000000 THEN 'max_attempts: must be 0 (no limit) to 1000000'
        WHEN coalesce(rule.missed, '') NOT IN ('last', 'skip') THEN 'missed: must be last or skip'
        WHEN coalesce(rule.overlap, '') NOT IN ('allow', 'skip', 'replace') THEN 'overlap: must be allow, skip or replace'
        WHEN NOT coalesce(rule.missed_within_seconds BETWEEN 0 AND 315360000, false) THEN 'missed_within_seconds: must be 0 to 315360000'
        WHEN NOT isfinite(rule.starts_at) OR NOT ix_is_time(rule.starts_at) THEN 'starts_at: is not in the years 1 to 9999'
        WHEN NOT isfinite(rule.ends_at) OR NOT ix_is_time(rule.ends_at) THEN 'ends_at: is not in the years 1 to 9999'
        WHEN rule.ends_at < rule.starts_at THEN 'ends_at: is before starts_at' END;
    IF fault IS NOT NULL THEN
        RAISE EXCEPTION '%', fault USING ERRCODE = '22023';
    ELSIF jsonb_typeof(rule.request -> 'use_case') NOT IN ('string', 'null') THEN
        RAISE EXCEPTION 'use_case: is not a string' USING ERRCODE = '22023';
    END IF;
    PERFORM ix_checked_key(rule.request ->> 'use_case', 'use_case');
    RETURN ix_check_line(rule.queue, rule.group_key, coalesce(rule.priority, 0), rule.request ->> 'use_case', 'schedule', rule.name);
END $$;
