-- look_lines: true when a job stands in a line. While none does, claims ask for plain jobs alone.
SELECT EXISTS (SELECT 1 FROM ix_lines) AS has_lines;
