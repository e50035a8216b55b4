-- next_level: returns the smallest priority in the line of a queue above a given one. Index: ix_lines_line.
-- ?1 queue, ?2 the priority before
SELECT min(priority) AS priority FROM ix_lines WHERE turn IS NULL AND asleep IS NULL AND queue = ?1 AND priority > ?2;
