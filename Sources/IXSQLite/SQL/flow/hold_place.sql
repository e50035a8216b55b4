-- hold_place: gives a job the next turn, which it holds at once. Index: the primary key.
-- ?1 job_id
UPDATE ix_lines SET turn = (SELECT last FROM ix_turns), held = 1, client_id = NULL WHERE job_id = ?1;
