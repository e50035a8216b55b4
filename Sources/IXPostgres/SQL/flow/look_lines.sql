-- look_lines: has_lines is true when a job stands in a line; while none does, claims ask for plain jobs alone. has_queues is
-- true when a queue has a row, whose use case's jobs stand in its line. entering names the use cases whose plain jobs are
-- still to get into line, and which claims leave out meanwhile.
SELECT EXISTS (SELECT 1 FROM ix_lines) AS has_lines, EXISTS (SELECT 1 FROM ix_queues) AS has_queues,
       (SELECT to_json(array_agg(queue ORDER BY queue)) FROM ix_queues WHERE entering IS NOT NULL) AS entering;
