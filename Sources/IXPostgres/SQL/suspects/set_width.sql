-- set_width: how many suspects may run at a time.
-- $1 width
UPDATE ix_suspects SET width = $1::integer WHERE width <> $1::integer;
