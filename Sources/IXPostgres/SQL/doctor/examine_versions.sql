-- examine_versions: returns the versions of the live daemons, the most frequent first, with up to five of their hosts.
SELECT version, array_to_string((array_agg(DISTINCT host ORDER BY host))[1:5], ', ')
           || CASE WHEN count(DISTINCT host) > 5 THEN ', …' ELSE '' END AS hosts
  FROM ix_daemons WHERE lease_until > now()
 GROUP BY version ORDER BY count(*) DESC, version LIMIT 20;
