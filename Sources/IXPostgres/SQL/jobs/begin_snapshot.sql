-- begin_snapshot: begins a transaction whose statements all see the database at one moment.
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
