-- take_notes: takes the oldest notes of ended jobs and of new dependent jobs.
-- ?1 limit
DELETE FROM ix_ended WHERE note IN (SELECT note FROM ix_ended ORDER BY note LIMIT ?1) RETURNING job_id;
