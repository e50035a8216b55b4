-- ix_leave_line: takes a job out of its line. Only triggers call the function, for ends that are not a daemon's own.
CREATE OR REPLACE FUNCTION ix_leave_line(job_id uuid) RETURNS void LANGUAGE sql SET search_path FROM CURRENT AS $$
    DELETE FROM ix_lines l WHERE l.job_id = $1
$$;
