-- next_group: returns the first group in the line of a queue behind a given one, with its own limits. Index: ix_lines_line.
-- ?1 queue, ?2 priority, ?3 the key before
SELECT g.key AS group_key, o.queue IS NOT NULL AS is_special, o.concurrency, o.paused_at
  FROM (SELECT min(group_key) AS key FROM ix_lines
         WHERE turn IS NULL AND asleep IS NULL AND queue = ?1 AND priority = ?2 AND group_key > ?3) AS g
  LEFT JOIN ix_groups o ON o.queue = ?1 AND o.group_key = g.key;
