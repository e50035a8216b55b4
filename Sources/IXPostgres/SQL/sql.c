#include "ix_sql.h"
#include <string.h>

// The .sql files, compiled in: an array per file, and the table of their names. A test compares the folder with this
// list.
#pragma clang diagnostic ignored "-Wc23-extensions"

static const char sql_catch_up_callbacks[] = {
#embed "callbacks/catch_up_callbacks.sql"
    , 0};
static const char sql_catch_up_pending[] = {
#embed "jobs/catch_up_pending.sql"
    , 0};
static const char sql_read_held_claims[] = {
#embed "daemons/read_held_claims.sql"
    , 0};
static const char sql_find_orphans[] = {
#embed "jobs/find_orphans.sql"
    , 0};
static const char sql_lock_suspects[] = {
#embed "suspects/lock_suspects.sql"
    , 0};
static const char sql_count_suspects[] = {
#embed "suspects/count_suspects.sql"
    , 0};
static const char sql_hold_suspects[] = {
#embed "suspects/hold_suspects.sql"
    , 0};
static const char sql_set_width[] = {
#embed "suspects/set_width.sql"
    , 0};
static const char sql_clear_suspects[] = {
#embed "suspects/clear_suspects.sql"
    , 0};
static const char sql_release_suspects[] = {
#embed "suspects/release_suspects.sql"
    , 0};
static const char sql_0001_down[] = {
#embed "migrations/0001_down.sql"
    , 0};
static const char sql_0001_up[] = {
#embed "migrations/0001_up.sql"
    , 0};
static const char sql_roles[] = {
#embed "roles/roles.sql"
    , 0};
static const char sql_examine_server[] = {
#embed "doctor/examine_server.sql"
    , 0};
static const char sql_examine_privileges[] = {
#embed "doctor/examine_privileges.sql"
    , 0};
static const char sql_examine_vacuum[] = {
#embed "doctor/examine_vacuum.sql"
    , 0};
static const char sql_examine_horizon[] = {
#embed "doctor/examine_horizon.sql"
    , 0};
static const char sql_examine_unserved[] = {
#embed "doctor/examine_unserved.sql"
    , 0};
static const char sql_examine_daemons[] = {
#embed "doctor/examine_daemons.sql"
    , 0};
static const char sql_cancel[] = {
#embed "jobs/cancel.sql"
    , 0};
static const char sql_claim_among_use_cases[] = {
#embed "jobs/claim_among_use_cases.sql"
    , 0};
static const char sql_record_progress[] = {
#embed "jobs/record_progress.sql"
    , 0};
static const char sql_remove_progress[] = {
#embed "jobs/remove_progress.sql"
    , 0};
static const char sql_read_progress[] = {
#embed "jobs/read_progress.sql"
    , 0};
static const char sql_forget_progress[] = {
#embed "jobs/forget_progress.sql"
    , 0};
static const char sql_record_breakers[] = {
#embed "daemons/record_breakers.sql"
    , 0};
static const char sql_claim_next_pending[] = {
#embed "jobs/claim_next_pending.sql"
    , 0};
static const char sql_ended_records[] = {
#embed "jobs/ended_records.sql"
    , 0};
static const char sql_enter_moved_batch[] = {
#embed "jobs/enter_moved_batch.sql"
    , 0};
static const char sql_end_unserved[] = {
#embed "jobs/end_unserved.sql"
    , 0};
static const char sql_expire_pending[] = {
#embed "jobs/expire_pending.sql"
    , 0};
static const char sql_find_restored[] = {
#embed "jobs/find_restored.sql"
    , 0};
static const char sql_get[] = {
#embed "jobs/get.sql"
    , 0};
static const char sql_get_by_correlation[] = {
#embed "jobs/get_by_correlation.sql"
    , 0};
static const char sql_hand_back[] = {
#embed "jobs/hand_back.sql"
    , 0};
static const char sql_insert_pending[] = {
#embed "jobs/insert_pending.sql"
    , 0};
static const char sql_insert_pending_batch[] = {
#embed "jobs/insert_pending_batch.sql"
    , 0};
static const char sql_list_unreadable[] = {
#embed "jobs/list_unreadable.sql"
    , 0};
static const char sql_examine_table[] = {
#embed "doctor/examine_table.sql"
    , 0};
static const char sql_list[] = {
#embed "jobs/list.sql"
    , 0};
static const char sql_list_attempts[] = {
#embed "jobs/list_attempts.sql"
    , 0};
static const char sql_list_live[] = {
#embed "jobs/list_live.sql"
    , 0};
static const char sql_mark_done[] = {
#embed "jobs/mark_done.sql"
    , 0};
static const char sql_claim_pending_batch[] = {
#embed "jobs/claim_pending_batch.sql"
    , 0};
static const char sql_mark_done_batch[] = {
#embed "jobs/mark_done_batch.sql"
    , 0};
static const char sql_owe_callback[] = {
#embed "jobs/owe_callback.sql"
    , 0};
static const char sql_mark_error[] = {
#embed "jobs/mark_error.sql"
    , 0};
static const char sql_read_end[] = {
#embed "jobs/read_end.sql"
    , 0};
static const char sql_read_records[] = {
#embed "jobs/read_records.sql"
    , 0};
static const char sql_read_statistics[] = {
#embed "jobs/read_statistics.sql"
    , 0};
static const char sql_record_attempt[] = {
#embed "jobs/record_attempt.sql"
    , 0};
static const char sql_remove_taken[] = {
#embed "jobs/remove_taken.sql"
    , 0};
static const char sql_resubmit[] = {
#embed "jobs/resubmit.sql"
    , 0};
static const char sql_restore[] = {
#embed "jobs/restore.sql"
    , 0};
static const char sql_sweep_orphans[] = {
#embed "jobs/sweep_orphans.sql"
    , 0};
static const char sql_take_records[] = {
#embed "jobs/take_records.sql"
    , 0};
static const char sql_update_callback_status[] = {
#embed "jobs/update_callback_status.sql"
    , 0};
static const char sql_end_lease[] = {
#embed "daemons/end_lease.sql"
    , 0};
static const char sql_hand_back_lost_claims[] = {
#embed "daemons/hand_back_lost_claims.sql"
    , 0};
static const char sql_record_served[] = {
#embed "daemons/record_served.sql"
    , 0};
static const char sql_foreign_work[] = {
#embed "daemons/foreign_work.sql"
    , 0};
static const char sql_register_daemon[] = {
#embed "daemons/register_daemon.sql"
    , 0};
static const char sql_renew_lease[] = {
#embed "daemons/renew_lease.sql"
    , 0};
static const char sql_claim_callbacks[] = {
#embed "callbacks/claim_callbacks.sql"
    , 0};
static const char sql_get_callback[] = {
#embed "callbacks/get_callback.sql"
    , 0};
static const char sql_list_callbacks[] = {
#embed "callbacks/list_callbacks.sql"
    , 0};
static const char sql_list_deliveries[] = {
#embed "callbacks/list_deliveries.sql"
    , 0};
static const char sql_next_callback[] = {
#embed "callbacks/next_callback.sql"
    , 0};
static const char sql_owe_old_ends[] = {
#embed "callbacks/owe_old_ends.sql"
    , 0};
static const char sql_redeliver[] = {
#embed "callbacks/redeliver.sql"
    , 0};
static const char sql_take_redeliveries[] = {
#embed "callbacks/take_redeliveries.sql"
    , 0};
static const char sql_find_in_hand[] = {
#embed "callbacks/find_in_hand.sql"
    , 0};
static const char sql_lock_held[] = {
#embed "jobs/lock_held.sql"
    , 0};
static const char sql_limit_lock_waits[] = {
#embed "daemons/limit_lock_waits.sql"
    , 0};
static const char sql_interrupt_waiting[] = {
#embed "daemons/interrupt_waiting.sql"
    , 0};
static const char sql_settle_callbacks[] = {
#embed "callbacks/settle_callbacks.sql"
    , 0};
static const char sql_release_claim[] = {
#embed "callbacks/release_claim.sql"
    , 0};
static const char sql_prune[] = {
#embed "jobs/prune.sql"
    , 0};
static const char sql_count_prunable[] = {
#embed "jobs/count_prunable.sql"
    , 0};
static const char sql_read_standby[] = {
#embed "daemons/read_standby.sql"
    , 0};
static const char sql_read_horizon[] = {
#embed "daemons/read_horizon.sql"
    , 0};
static const char sql_find_token[] = {
#embed "access/find_token.sql"
    , 0};
static const char sql_list_tokens[] = {
#embed "access/list_tokens.sql"
    , 0};
static const char sql_insert_token[] = {
#embed "access/insert_token.sql"
    , 0};
static const char sql_end_token[] = {
#embed "access/end_token.sql"
    , 0};
static const char sql_note_use[] = {
#embed "access/note_use.sql"
    , 0};
static const char sql_insert_session[] = {
#embed "access/insert_session.sql"
    , 0};
static const char sql_find_session[] = {
#embed "access/find_session.sql"
    , 0};
static const char sql_end_session[] = {
#embed "access/end_session.sql"
    , 0};
static const char sql_record_audit[] = {
#embed "access/record_audit.sql"
    , 0};
static const char sql_list_audit[] = {
#embed "access/list_audit.sql"
    , 0};
static const char sql_find_live[] = {
#embed "jobs/find_live.sql"
    , 0};

static const struct { const char *name, *text; } table[] = {
    {"find_token", sql_find_token},
    {"list_tokens", sql_list_tokens},
    {"insert_token", sql_insert_token},
    {"end_token", sql_end_token},
    {"note_use", sql_note_use},
    {"insert_session", sql_insert_session},
    {"find_session", sql_find_session},
    {"end_session", sql_end_session},
    {"record_audit", sql_record_audit},
    {"list_audit", sql_list_audit},
    {"find_live", sql_find_live},
    {"catch_up_callbacks", sql_catch_up_callbacks},
    {"catch_up_pending", sql_catch_up_pending},
    {"read_held_claims", sql_read_held_claims},
    {"find_orphans", sql_find_orphans},
    {"lock_suspects", sql_lock_suspects},
    {"count_suspects", sql_count_suspects},
    {"hold_suspects", sql_hold_suspects},
    {"set_width", sql_set_width},
    {"clear_suspects", sql_clear_suspects},
    {"release_suspects", sql_release_suspects},
    {"0001_down", sql_0001_down},
    {"0001_up", sql_0001_up},
    {"roles", sql_roles},
    {"examine_server", sql_examine_server},
    {"examine_privileges", sql_examine_privileges},
    {"examine_vacuum", sql_examine_vacuum},
    {"examine_horizon", sql_examine_horizon},
    {"examine_unserved", sql_examine_unserved},
    {"examine_daemons", sql_examine_daemons},
    {"cancel", sql_cancel},
    {"count_prunable", sql_count_prunable},
    {"claim_next_pending", sql_claim_next_pending},
    {"claim_among_use_cases", sql_claim_among_use_cases},
    {"record_progress", sql_record_progress},
    {"remove_progress", sql_remove_progress},
    {"read_progress", sql_read_progress},
    {"forget_progress", sql_forget_progress},
    {"record_breakers", sql_record_breakers},
    {"ended_records", sql_ended_records},
    {"enter_moved_batch", sql_enter_moved_batch},
    {"end_unserved", sql_end_unserved},
    {"expire_pending", sql_expire_pending},
    {"find_restored", sql_find_restored},
    {"get", sql_get},
    {"get_by_correlation", sql_get_by_correlation},
    {"hand_back", sql_hand_back},
    {"insert_pending", sql_insert_pending},
    {"insert_pending_batch", sql_insert_pending_batch},
    {"list", sql_list},
    {"list_unreadable", sql_list_unreadable},
    {"examine_table", sql_examine_table},
    {"list_attempts", sql_list_attempts},
    {"list_live", sql_list_live},
    {"prune", sql_prune},
    {"mark_done", sql_mark_done},
    {"mark_error", sql_mark_error},
    {"claim_pending_batch", sql_claim_pending_batch},
    {"mark_done_batch", sql_mark_done_batch},
    {"owe_callback", sql_owe_callback},
    {"read_end", sql_read_end},
    {"read_records", sql_read_records},
    {"read_statistics", sql_read_statistics},
    {"record_attempt", sql_record_attempt},
    {"remove_taken", sql_remove_taken},
    {"resubmit", sql_resubmit},
    {"restore", sql_restore},
    {"sweep_orphans", sql_sweep_orphans},
    {"take_records", sql_take_records},
    {"update_callback_status", sql_update_callback_status},
    {"end_lease", sql_end_lease},
    {"hand_back_lost_claims", sql_hand_back_lost_claims},
    {"read_standby", sql_read_standby},
    {"read_horizon", sql_read_horizon},
    {"record_served", sql_record_served},
    {"foreign_work", sql_foreign_work},
    {"register_daemon", sql_register_daemon},
    {"renew_lease", sql_renew_lease},
    {"claim_callbacks", sql_claim_callbacks},
    {"get_callback", sql_get_callback},
    {"list_callbacks", sql_list_callbacks},
    {"list_deliveries", sql_list_deliveries},
    {"next_callback", sql_next_callback},
    {"owe_old_ends", sql_owe_old_ends},
    {"redeliver", sql_redeliver},
    {"take_redeliveries", sql_take_redeliveries},
    {"find_in_hand", sql_find_in_hand},
    {"lock_held", sql_lock_held},
    {"limit_lock_waits", sql_limit_lock_waits},
    {"interrupt_waiting", sql_interrupt_waiting},
    {"settle_callbacks", sql_settle_callbacks},
    {"release_claim", sql_release_claim},
};

const char *ix_sql(const char *name) {
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (strcmp(table[i].name, name) == 0) return table[i].text;
    return NULL;
}
