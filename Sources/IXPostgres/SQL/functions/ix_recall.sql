-- ix_recall: puts jobs of a queue, or of one of its groups, back into line that have a turn and don't run. Requires:
-- ix_halt_passes. Index: ix_lines_turn.
CREATE OR REPLACE FUNCTION ix_recall(queue text, group_key text) RETURNS void
    LANGUAGE plpgsql SET enable_seqscan = off SET jit = off SET search_path FROM CURRENT AS $$
#variable_conflict use_column
BEGIN
    UPDATE ix_lines l SET turn = NULL
     WHERE l.turn IS NOT NULL AND NOT l.held AND l.queue = $1 AND coalesce($2, l.group_key) = l.group_key;
    UPDATE ix_queues q SET since_turn = nextval('ix_turns'), version = q.version + 1 WHERE q.queue = $1;
END $$;
