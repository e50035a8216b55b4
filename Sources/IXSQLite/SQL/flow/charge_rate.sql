-- charge_rate: sets the moment at which a rate has its whole burst again.
-- ?1 queue, ?2 group_key, ?3 full_at
INSERT INTO ix_rates (queue, group_key, full_at) VALUES (?1, ?2, ?3)
    ON CONFLICT (queue, group_key) DO UPDATE SET full_at = excluded.full_at;
