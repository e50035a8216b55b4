-- wake_sleepers: puts jobs into line whose time has come. Index: ix_lines_asleep.
-- ?1 now
UPDATE ix_lines SET asleep = NULL WHERE asleep <= ?1;
