-- newest_history: returns the start of a step's newest bucket and the present moment, in seconds since 1970.
-- $1 step in seconds
SELECT (SELECT extract(epoch FROM max(bucket))::bigint FROM ix_history WHERE step = $1::integer) AS start,
       floor(extract(epoch FROM clock_timestamp()))::bigint AS now;
