-- release_suspect: lets a suspect run now.
-- ?1 job_id
UPDATE ix_suspects SET is_held = 0 WHERE job_id = ?1;
