-- set_origin: says which configuration file sets a schedule; null: none.
-- ?1 name, ?2 origin
UPDATE ix_schedules SET origin = ?2 WHERE name = ?1;
