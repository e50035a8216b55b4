-- has_notes: a row when a release has work.
SELECT 1 FROM ix_ended LIMIT 1;
