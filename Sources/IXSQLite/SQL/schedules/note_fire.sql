-- note_fire: notes what became of a planned moment: the next moment, the moment that fired, and its job. Null keeps what was.
-- ?1 name, ?2 next moment, ?3 fired moment, ?4 job_id, ?5 now
UPDATE ix_schedules
   SET next_at = coalesce(?2, next_at), planned_at = CASE WHEN ?2 IS NULL THEN planned_at ELSE ?5 END,
       last_at = coalesce(?3, last_at), last_job = coalesce(?4, last_job)
 WHERE name = ?1;
