-- count_suspects: counts the suspects, and returns the number that may run at a time.
SELECT count(*) AS suspects, min(width) AS width FROM ix_suspects;
