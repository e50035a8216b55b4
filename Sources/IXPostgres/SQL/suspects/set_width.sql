-- set_width: sets the number of suspects that may run at a time.
-- $1 width
UPDATE ix_suspects SET width = $1::integer WHERE width <> $1::integer;
