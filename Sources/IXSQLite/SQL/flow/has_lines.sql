-- has_lines: true when a job stands in line now, with or without a place. Index: ix_lines_line, ix_lines_asleep.
-- ?1 now
SELECT EXISTS (SELECT 1 FROM ix_lines WHERE turn IS NULL AND asleep IS NULL)
       OR EXISTS (SELECT 1 FROM ix_lines WHERE asleep <= ?1) AS has_lines;
