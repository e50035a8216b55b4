-- end_snapshot: ends the transaction of begin_snapshot.
COMMIT;
