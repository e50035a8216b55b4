-- count_suspects: counts the suspects; the count is nearly always 0.
SELECT count(*) AS suspects FROM ix_suspects;
