-- read_levels: returns the levels of the newest look and their age in seconds. Index: the primary key; one row.
SELECT levels::text AS levels, extract(epoch FROM clock_timestamp() - looked_at) AS age FROM ix_levels;
