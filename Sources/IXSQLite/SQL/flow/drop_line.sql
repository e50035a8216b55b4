-- drop_line: takes the row of a job away that is gone or has ended. Index: the primary key.
-- ?1 job_id
DELETE FROM ix_lines WHERE job_id = ?1;
