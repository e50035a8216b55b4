-- note_fire: notes what became of a planned moment: the next moment, the moment that fired, and its job. Null keeps what was.
-- ?1 name, ?2 next moment, ?3 fired moment, ?4 job_id
UPDATE ix_schedules SET next_at = coalesce(?2, next_at), last_at = coalesce(?3, last_at), last_job = coalesce(?4, last_job) WHERE name = ?1;
