-- next_turn: draws the next turn.
UPDATE ix_turns SET last = last + 1;
