-- look_dependencies: has_notes is true when a pass has work, waits when a dependent job waits. Each look reads a single entry.
SELECT EXISTS (SELECT 1 FROM ix_ended) AS has_notes, EXISTS (SELECT 1 FROM ix_dependencies) AS waits;
