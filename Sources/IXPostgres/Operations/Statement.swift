/// The statements, each a file under `SQL/` with an equal name, under which the statement is also prepared.
enum Statement: String, CaseIterable {
    case insertPending = "insert_pending"
    case insertChecked = "insert_checked"
    case insertPendingBatch = "insert_pending_batch"
    case cancel
    case look
    case admit
    case claimReady = "claim_ready"
    case findTurns = "find_turns"
    case claimTurn = "claim_turn"
    case leaveLine = "leave_line"
    case handOn = "hand_on"
    case takeBack = "take_back"
    case enterQueues = "enter_queues"
    case listQueues = "list_queues"
    case listGroups = "list_groups"
    case setQueue = "set_queue"
    case setGroup = "set_group"
    case moveJobs = "move_jobs"
    case enterFile = "enter_file"
    case readLine = "read_line"
    case strikeClients = "strike_clients"
    case lookBatches = "look_batches"
    case insertBatch = "insert_batch"
    case readBatch = "read_batch"
    case closeBatch = "close_batch"
    case cancelBatch = "cancel_batch"
    case listMembers = "list_members"
    case listBatches = "list_batches"
    case release
    case reschedule
    case pauseQueue = "pause_queue"
    case scaleWorkers = "scale_workers"
    case resumeQueue = "resume_queue"
    case findSchedules = "find_schedules"
    case planSchedules = "plan_schedules"
    case fireSchedules = "fire_schedules"
    case listSchedules = "list_schedules"
    case setSchedule = "set_schedule"
    case removeSchedule = "remove_schedule"
    case pauseSchedule = "pause_schedule"
    case resumeSchedule = "resume_schedule"
    case fireNow = "fire_now"
    case countSchedules = "count_schedules"
    case enterSchedules = "enter_schedules"
    case restoreSchedule = "restore_schedule"
    case claimNextPending = "claim_next_pending"
    case claimAmongUseCases = "claim_among_use_cases"
    case recordProgress = "record_progress"
    case removeProgress = "remove_progress"
    case readProgress = "read_progress"
    case forgetProgress = "forget_progress"
    case recordBreakers = "record_breakers"
    case recordClosedEndpoints = "record_closed_endpoints"
    case get
    case getByCorrelation = "get_by_correlation"
    case findJobs = "find_jobs"
    case list
    case listLive = "list_live"
    case listErrors = "list_errors"
    case listClients = "list_clients"
    case listFires = "list_fires"
    case countFires = "count_fires"
    case countClients = "count_clients"
    case listUnreadable = "list_unreadable"
    case listAttempts = "list_attempts"
    case findCandidates = "find_candidates"
    case claimCandidate = "claim_candidate"
    case markDone = "mark_done"
    case markDoneAt = "mark_done_at"
    case markError = "mark_error"
    case afterEnd = "after_end"
    case claimBatch = "claim_pending_batch"
    case markDoneBatch = "mark_done_batch"
    case handBack = "hand_back"
    case readEnd = "read_end"
    case countJobs = "count_jobs"
    case listDaemons = "list_daemons"
    case countRefusedWrites = "count_refused_writes"
    case countCallbacks = "count_callbacks"
    case readLevels = "read_levels"
    case recordLevels = "record_levels"
    case lookAtUseCases = "look_use_cases"
    case lookAtCallbacks = "look_callbacks"
    case countPending = "count_pending"
    case estimatePending = "estimate_pending"
    case addHistory = "add_history"
    case addHistoryErrors = "add_history_errors"
    case readHistory = "read_history"
    case newestHistory = "newest_history"
    case cutHistory = "cut_history"
    case beginSnapshot = "begin_snapshot"
    case endSnapshot = "end_snapshot"
    case recordAttempt = "record_attempt"
    case prune
    case countPrunable = "count_prunable"
    case expirePending = "expire_pending"
    case endUnserved = "end_unserved"
    case unservedQueues = "unserved_queues"
    case resubmit
    case catchUpPending = "catch_up_pending"
    case catchUpCallbacks = "catch_up_callbacks"
    case findOrphans = "find_orphans"
    case forgetRunning = "forget_running"
    case cutRunning = "cut_running"
    case sweepOrphans = "sweep_orphans"
    case lockSuspects = "lock_suspects"
    case countSuspects = "count_suspects"
    case holdSuspects = "hold_suspects"
    case setWidth = "set_width"
    case clearSuspects = "clear_suspects"
    case releaseSuspects = "release_suspects"
    case updateCallbackStatus = "update_callback_status"
    case claimCallbacks = "claim_callbacks"
    case nextCallback = "next_callback"
    case recordDeliveries = "record_deliveries"
    case findInHand = "find_in_hand"
    case takeRedeliveries = "take_redeliveries"
    case lockHeld = "lock_held"
    case limitLockWaits = "limit_lock_waits"
    case interruptWaiting = "interrupt_waiting"
    case listCallbacks = "list_callbacks"
    case countEndpoints = "count_endpoints"
    case getCallback = "get_callback"
    case listDeliveries = "list_deliveries"
    case redeliver
    case adoptLegacyCallbacks = "adopt_legacy_callbacks"
    case releaseClaim = "release_claim"
    case endedRecords = "ended_records"
    case takeRecords = "take_records"
    case takeClientRecords = "take_client_records"
    case readRecords = "read_records"
    case readWaits = "read_waits"
    case removeTaken = "remove_taken"
    case restore
    case restoreWaits = "restore_waits"
    case restoreMembers = "restore_members"
    case joinRestored = "join_restored"
    case noteMembers = "note_members"
    case listReceipts = "list_receipts"
    case restoreReceipts = "restore_receipts"
    case listDedupes = "list_dedupes"
    case restoreDedupes = "restore_dedupes"
    case findRestored = "find_restored"
    case enterMovedBatch = "enter_moved_batch"
    case readXminHorizon = "read_xmin_horizon"
    case readStandby = "read_standby"
    case readStanding = "read_standing"
    case foreignWork = "foreign_work"
    case recordServed = "record_served"
    case registerDaemon = "register_daemon"
    case renewLease = "renew_lease"
    case readHeldClaims = "read_held_claims"
    case endLease = "end_lease"
    case handBackLostClaims = "hand_back_lost_claims"

    // Access, audit and waits.
    case findToken = "find_token"
    case listTokens = "list_tokens"
    case insertToken = "insert_token"
    case endToken = "end_token"
    case noteUse = "note_use"
    case insertSession = "insert_session"
    case findSession = "find_session"
    case endSession = "end_session"
    case recordAudit = "record_audit"
    case pruneAccess = "prune_access"
    case listAudit = "list_audit"
    case findLive = "find_live"
    case insertPreview = "insert_preview"
    case findOperation = "find_operation"
    case startOperation = "start_operation"
    case stopOperation = "stop_operation"
    case claimOperation = "claim_operation"
    case recordStep = "record_step"
    case readPulses = "read_pulses"
    case erase

    var sql: String { SQLFile.text(rawValue) }

    /// True when the plan is kept. A statement that joins many rows is planned anew each time. A plan made for a small
    /// table would read all of a large table. The many rows share the cost of planning.
    var isKept: Bool {
        // A set would hash the name of each statement of each job.
        switch self {
        case .markDoneBatch, .claimBatch, .findOrphans, .sweepOrphans, .cutRunning, .readHeldClaims,
            .handBackLostClaims, .expirePending:
            false
        default: true
        }
    }

    /// True when the result comes in the server's binary form, from which every claimed job and every
    /// candidate is read.
    var answersInBinary: Bool {
        switch self {
        case .claimNextPending, .claimAmongUseCases, .claimBatch, .claimCandidate, .claimReady, .findCandidates,
            .findTurns, .claimTurn, .handOn:
            true
        default: false
        }
    }
}

/// A doctor's examinations of a server; each a file under `SQL/doctor`.
package enum Examination: String, CaseIterable, Sendable {
    case server = "examine_server"
    /// Takes the names of the tables, and of the tables of jobs.
    case sizes = "examine_sizes"
    case statistics = "examine_statistics"
    case slots = "examine_slots"
    case failover = "examine_failover"
    case copy = "examine_copy"
    case times = "examine_times"
    case versions = "examine_versions"
    case privileges = "examine_privileges"
    case vacuum = "examine_vacuum"
    case xminHorizon = "examine_xmin_horizon"
    case locks = "examine_locks"
    case daemons = "examine_daemons"
    case unserved = "examine_unserved"
    case queues = "examine_queues"
    case fileKeys = "examine_file_keys"
    case schedules = "examine_schedules"
    case table = "examine_table"
    /// The one of the store; takes a limit.
    case unreadable = "list_unreadable"
    /// The one of the search for foreign jobs.
    case unservedQueues = "unserved_queues"
    /// The one of the statistics.
    case standby = "read_standby"

    var sql: String { SQLFile.text(rawValue) }
}
