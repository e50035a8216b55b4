-- count_suspects: whether there is anything to do, and how many may run at a time.
SELECT count(*) AS suspects, min(width) AS width FROM ix_suspects;
