-- plan_schedule: moves a schedule from its planned moment to the next one without a fire, or pauses it with a reason. No row
-- comes back when the schedule has changed since, or is paused.
-- ?1 name, ?2 version, ?3 planned moment, null for none, ?4 next moment, ?5 reason of a pause, ?6 now
UPDATE ix_schedules
   SET next_at = CASE WHEN ?5 IS NULL THEN ?4 ELSE next_at END, planned_at = CASE WHEN ?5 IS NULL THEN ?6 ELSE planned_at END, paused_at = CASE WHEN ?5 IS NOT NULL THEN ?6 END, paused_reason = ?5
 WHERE name = ?1 AND version = ?2 AND next_at IS ?3 AND paused_at IS NULL
RETURNING name;
