-- find_turns: reads turns that no claim has taken, without a lock, behind the pass that gave them. A claim may use the list only
-- after this transaction has committed. The list reserves nothing.
-- Index: ix_lines_turn, an entry for each running job of a line and each turn. Turns of negative priorities come first, and this
-- daemon's part of the others, so that daemons don't meet.
-- $1 how many, $2 queues, null for all, $3 parts - 1 (0, 1, 3 or 7), $4 this daemon's part
SELECT job_id, ctid, turn
  FROM (SELECT job_id, ctid, turn, priority FROM ix_lines
         WHERE turn >= coalesce((SELECT a.unclaimed FROM ix_admissions a ORDER BY a.pass DESC LIMIT 1), 0)
           AND turn IS NOT NULL AND NOT held AND ($2::text[] IS NULL OR queue = ANY ($2::text[]))
         ORDER BY turn LIMIT 1000) AS l
 ORDER BY priority >= 0, (turn & $3::integer) <> $4::integer, turn LIMIT $1::integer;
