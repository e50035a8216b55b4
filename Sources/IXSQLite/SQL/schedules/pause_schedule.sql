-- pause_schedule: pauses a schedule, or lets it go on, in which case the next moment is planned anew. No row comes back when
-- nothing changes.
-- ?1 name, ?2 since when, null to go on
UPDATE ix_schedules
   SET paused_at = ?2, paused_reason = NULL, next_at = CASE WHEN ?2 IS NULL THEN NULL ELSE next_at END
 WHERE name = ?1 AND ((paused_at IS NULL) <> (?2 IS NULL) OR ?2 IS NOT NULL AND paused_reason IS NOT NULL)
RETURNING name;
