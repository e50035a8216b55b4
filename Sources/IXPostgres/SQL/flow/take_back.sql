-- take_back: puts jobs back into line whose turn was not claimed since the sweep before the last, so that a broken pipeline
-- holds no place. Returns the newest turn. Index: ix_lines_turn.
-- $1 the newest turn at that time, $2 limit
WITH late AS (
    UPDATE ix_lines SET turn = NULL
     WHERE ctid = ANY (ARRAY(SELECT ctid FROM ix_lines WHERE turn <= $1::bigint AND NOT held ORDER BY turn LIMIT $2::integer
                                FOR UPDATE SKIP LOCKED))
       AND turn IS NOT NULL AND NOT held)
SELECT max(t) AS newest FROM (SELECT unnest(turns) AS t FROM ix_admissions) AS a;
