-- cut_history_errors: deletes the errors of the buckets that cut_history deletes.
-- ?1 step in seconds, ?2 end
DELETE FROM ix_history_errors WHERE step = ?1 AND bucket < ?2;
