-- restore_schedule: inserts a schedule of another store with its plan, unless the name is taken; no row comes back then.
-- ix_check_schedule refuses a schedule that the server can't fire.
-- $1 the columns as a JSON object
WITH given AS MATERIALIZED (
    SELECT jsonb_populate_record(NULL::ix_schedules, '{"version": 1, "time_zone": "UTC"}' || $1::jsonb) AS rule
), entered AS (
    INSERT INTO ix_schedules SELECT (g.rule).* FROM given g WHERE ix_check_schedule(g.rule)
        ON CONFLICT (name) DO NOTHING RETURNING name
)
SELECT e.name, ix_notify('ix_schedules', '') FROM entered e;
