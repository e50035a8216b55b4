-- count_places: counts the places that jobs hold, by group. Index: ix_lines_turn, an entry for each running job of a line.
SELECT queue, group_key, count(*) AS places FROM ix_lines WHERE turn IS NOT NULL GROUP BY queue, group_key;
