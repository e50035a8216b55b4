#include "ix_sqlite.h"
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
static const char sql_count_suspects[] = {
#embed "suspects/count_suspects.sql"
    , 0};
static const char sql_is_suspect[] = {
#embed "suspects/is_suspect.sql"
    , 0};
static const char sql_add_suspect[] = {
#embed "suspects/add_suspect.sql"
    , 0};
static const char sql_put_off[] = {
#embed "suspects/put_off.sql"
    , 0};
static const char sql_set_width[] = {
#embed "suspects/set_width.sql"
    , 0};
static const char sql_clear_suspects[] = {
#embed "suspects/clear_suspects.sql"
    , 0};
static const char sql_note_started[] = {
#embed "suspects/note_started.sql"
    , 0};
static const char sql_find_held[] = {
#embed "suspects/find_held.sql"
    , 0};
static const char sql_release_suspect[] = {
#embed "suspects/release_suspect.sql"
    , 0};
static const char sql_make_due[] = {
#embed "suspects/make_due.sql"
    , 0};
static const char sql_0001_up[] = {
#embed "migrations/0001_up.sql"
    , 0};
static const char sql_end_pending[] = {
#embed "jobs/end_pending.sql"
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
static const char sql_find_stale_progress[] = {
#embed "jobs/find_stale_progress.sql"
    , 0};
static const char sql_record_breakers[] = {
#embed "daemons/record_breakers.sql"
    , 0};
static const char sql_claim_next_pending[] = {
#embed "jobs/claim_next_pending.sql"
    , 0};
static const char sql_count_jobs[] = {
#embed "jobs/count_jobs.sql"
    , 0};
static const char sql_count_live_jobs[] = {
#embed "jobs/count_live_jobs.sql"
    , 0};
static const char sql_count_refused_writes[] = {
#embed "jobs/count_refused_writes.sql"
    , 0};
static const char sql_ended_records[] = {
#embed "jobs/ended_records.sql"
    , 0};
static const char sql_enter_moved_batch[] = {
#embed "jobs/enter_moved_batch.sql"
    , 0};
static const char sql_find_cancels[] = {
#embed "jobs/find_cancels.sql"
    , 0};
static const char sql_find_due[] = {
#embed "jobs/find_due.sql"
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
static const char sql_link_resubmitted[] = {
#embed "jobs/link_resubmitted.sql"
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
static const char sql_read_end[] = {
#embed "jobs/read_end.sql"
    , 0};
static const char sql_read_unserved[] = {
#embed "jobs/read_unserved.sql"
    , 0};
static const char sql_read_expired[] = {
#embed "jobs/read_expired.sql"
    , 0};
static const char sql_read_held[] = {
#embed "jobs/read_held.sql"
    , 0};
static const char sql_read_orphans[] = {
#embed "jobs/read_orphans.sql"
    , 0};
static const char sql_repeat_attempt[] = {
#embed "jobs/repeat_attempt.sql"
    , 0};
static const char sql_record_attempt[] = {
#embed "jobs/record_attempt.sql"
    , 0};
static const char sql_request_cancel[] = {
#embed "jobs/request_cancel.sql"
    , 0};
static const char sql_record_start[] = {
#embed "jobs/record_start.sql"
    , 0};
static const char sql_remove_attempts[] = {
#embed "jobs/remove_attempts.sql"
    , 0};
static const char sql_remove_taken[] = {
#embed "jobs/remove_taken.sql"
    , 0};
static const char sql_restore[] = {
#embed "jobs/restore.sql"
    , 0};
static const char sql_restore_attempt[] = {
#embed "jobs/restore_attempt.sql"
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
static const char sql_forget_daemons[] = {
#embed "daemons/forget_daemons.sql"
    , 0};
static const char sql_holds_lease[] = {
#embed "daemons/holds_lease.sql"
    , 0};
static const char sql_list_daemons[] = {
#embed "daemons/list_daemons.sql"
    , 0};
static const char sql_read_held_claims[] = {
#embed "daemons/read_held_claims.sql"
    , 0};
static const char sql_read_lost_claims[] = {
#embed "daemons/read_lost_claims.sql"
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
static const char sql_claim_callbacks[] = {
#embed "callbacks/claim_callbacks.sql"
    , 0};
static const char sql_count_callbacks[] = {
#embed "callbacks/count_callbacks.sql"
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
static const char sql_find_callbacks[] = {
#embed "callbacks/find_callbacks.sql"
    , 0};
static const char sql_list_endpoints[] = {
#embed "callbacks/list_endpoints.sql"
    , 0};
static const char sql_owe_callback[] = {
#embed "callbacks/owe_callback.sql"
    , 0};
static const char sql_owes_callback[] = {
#embed "callbacks/owes_callback.sql"
    , 0};
static const char sql_record_delivery[] = {
#embed "callbacks/record_delivery.sql"
    , 0};
static const char sql_release_callbacks[] = {
#embed "callbacks/release_callbacks.sql"
    , 0};
static const char sql_settle_callback[] = {
#embed "callbacks/settle_callback.sql"
    , 0};
static const char sql_remove_callbacks[] = {
#embed "jobs/remove_callbacks.sql"
    , 0};
static const char sql_remove_deliveries[] = {
#embed "jobs/remove_deliveries.sql"
    , 0};
static const char sql_release_claim[] = {
#embed "callbacks/release_claim.sql"
    , 0};
static const char sql_find_prunable[] = {
#embed "jobs/find_prunable.sql"
    , 0};
static const char sql_find_stretch[] = {
#embed "jobs/find_stretch.sql"
    , 0};
static const char sql_count_prunable[] = {
#embed "jobs/count_prunable.sql"
    , 0};
static const char sql_forget_progress[] = {
#embed "jobs/forget_progress.sql"
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
    {"count_suspects", sql_count_suspects},
    {"is_suspect", sql_is_suspect},
    {"add_suspect", sql_add_suspect},
    {"put_off", sql_put_off},
    {"set_width", sql_set_width},
    {"clear_suspects", sql_clear_suspects},
    {"note_started", sql_note_started},
    {"find_held", sql_find_held},
    {"release_suspect", sql_release_suspect},
    {"make_due", sql_make_due},
    {"0001_up", sql_0001_up},
    {"end_pending", sql_end_pending},
    {"claim_next_pending", sql_claim_next_pending},
    {"claim_among_use_cases", sql_claim_among_use_cases},
    {"record_progress", sql_record_progress},
    {"remove_progress", sql_remove_progress},
    {"read_progress", sql_read_progress},
    {"find_stale_progress", sql_find_stale_progress},
    {"record_breakers", sql_record_breakers},
    {"count_jobs", sql_count_jobs},
    {"count_live_jobs", sql_count_live_jobs},
    {"count_refused_writes", sql_count_refused_writes},
    {"ended_records", sql_ended_records},
    {"enter_moved_batch", sql_enter_moved_batch},
    {"find_cancels", sql_find_cancels},
    {"find_due", sql_find_due},
    {"find_restored", sql_find_restored},
    {"get", sql_get},
    {"get_by_correlation", sql_get_by_correlation},
    {"hand_back", sql_hand_back},
    {"insert_pending", sql_insert_pending},
    {"link_resubmitted", sql_link_resubmitted},
    {"list", sql_list},
    {"list_attempts", sql_list_attempts},
    {"list_live", sql_list_live},
    {"mark_done", sql_mark_done},
    {"read_end", sql_read_end},
    {"read_unserved", sql_read_unserved},
    {"read_expired", sql_read_expired},
    {"read_held", sql_read_held},
    {"read_orphans", sql_read_orphans},
    {"record_attempt", sql_record_attempt},
    {"repeat_attempt", sql_repeat_attempt},
    {"request_cancel", sql_request_cancel},
    {"record_start", sql_record_start},
    {"remove_attempts", sql_remove_attempts},
    {"remove_taken", sql_remove_taken},
    {"forget_progress", sql_forget_progress},
    {"count_prunable", sql_count_prunable},
    {"find_stretch", sql_find_stretch},
    {"find_prunable", sql_find_prunable},
    {"restore", sql_restore},
    {"restore_attempt", sql_restore_attempt},
    {"take_records", sql_take_records},
    {"update_callback_status", sql_update_callback_status},
    {"end_lease", sql_end_lease},
    {"forget_daemons", sql_forget_daemons},
    {"holds_lease", sql_holds_lease},
    {"list_daemons", sql_list_daemons},
    {"read_held_claims", sql_read_held_claims},
    {"read_lost_claims", sql_read_lost_claims},
    {"record_served", sql_record_served},
    {"foreign_work", sql_foreign_work},
    {"register_daemon", sql_register_daemon},
    {"claim_callbacks", sql_claim_callbacks},
    {"count_callbacks", sql_count_callbacks},
    {"get_callback", sql_get_callback},
    {"list_callbacks", sql_list_callbacks},
    {"list_deliveries", sql_list_deliveries},
    {"find_callbacks", sql_find_callbacks},
    {"list_endpoints", sql_list_endpoints},
    {"owe_callback", sql_owe_callback},
    {"owes_callback", sql_owes_callback},
    {"record_delivery", sql_record_delivery},
    {"release_callbacks", sql_release_callbacks},
    {"settle_callback", sql_settle_callback},
    {"remove_callbacks", sql_remove_callbacks},
    {"remove_deliveries", sql_remove_deliveries},
    {"release_claim", sql_release_claim},
};

const char *ix_sqlite_sql(const char *name) {
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (strcmp(table[i].name, name) == 0) return table[i].text;
    return NULL;
}
