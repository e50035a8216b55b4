-- count_suspects: whether there is anything to do; nearly always nothing.
SELECT count(*) AS suspects FROM ix_suspects;
