-- remove_schedule: removes a schedule; its jobs stay. No row comes back for an unknown name.
-- ?1 name
DELETE FROM ix_schedules WHERE name = ?1 RETURNING name;
