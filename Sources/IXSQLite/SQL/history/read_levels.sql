-- read_levels: returns the levels of the newest look, and the time of the look.
SELECT levels, looked_at FROM ix_levels;
