-- prune_rates: deletes rates that have had their whole burst again since ?1, because such a row says nothing.
-- ?1 time, ?2 limit
DELETE FROM ix_rates
 WHERE rowid IN (SELECT rowid FROM ix_rates WHERE full_at < ?1 LIMIT ?2)
RETURNING queue;
