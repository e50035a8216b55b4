-- add_note: notes a new dependent job for the next release.
-- ?1 job_id
INSERT INTO ix_ended (job_id) VALUES (?1);
