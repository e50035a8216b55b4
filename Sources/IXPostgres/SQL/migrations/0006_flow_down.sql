-- 0006 down: without flow control.
DROP TABLE IF EXISTS ix_admission_gate, ix_release_gate, ix_hand_on_gate, ix_full_clients, ix_dedupes, ix_receipts, ix_schedules, ix_ended, ix_dependencies, ix_admissions,
    ix_rates, ix_groups, ix_queues, ix_batches, ix_members, ix_lines;
DROP SEQUENCE IF EXISTS ix_turns, ix_receipt_marks;
