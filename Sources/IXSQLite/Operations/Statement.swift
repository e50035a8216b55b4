import GRDB

/// The statements, each a file under `SQL/` with an equal name.
enum Statement: String, CaseIterable {
    case insertPending = "insert_pending"
    case hasLines = "has_lines"
    case wakeSleepers = "wake_sleepers"
    case findLines = "find_lines"
    case countPlaces = "count_places"
    case nextLevel = "next_level"
    case nextGroup = "next_group"
    case findHeads = "find_heads"
    case nextTurn = "next_turn"
    case holdPlace = "hold_place"
    case dropLine = "drop_line"
    case claimInLine = "claim_in_line"
    case hasPlain = "has_plain"
    case readRate = "read_rate"
    case chargeRate = "charge_rate"
    case readQueue = "read_queue"
    case listQueues = "list_queues"
    case listGroups = "list_groups"
    case setQueue = "set_queue"
    case setGroup = "set_group"
    case readLine = "read_line"
    case reschedule
    case makeQueue = "make_queue"
    case enterQueue = "enter_queue"
    case setPaused = "set_paused"
    case pauseGroup = "pause_group"
    case cutGroups = "cut_groups"
    case endPending = "end_pending"
    case requestCancel = "request_cancel"
    case findCancels = "find_cancels"
    case linkResubmitted = "link_resubmitted"
    case findDue = "find_due"
    case claimNextPending = "claim_next_pending"
    case claimAmongUseCases = "claim_among_use_cases"
    case recordProgress = "record_progress"
    case removeProgress = "remove_progress"
    case readProgress = "read_progress"
    case findStaleProgress = "find_stale_progress"
    case recordBreakers = "record_breakers"
    case recordClosedEndpoints = "record_closed_endpoints"
    case get
    case getByCorrelation = "get_by_correlation"
    case findJobs = "find_jobs"
    case list
    case listLive = "list_live"
    case listErrors = "list_errors"
    case listAttempts = "list_attempts"
    case markDone = "mark_done"
    case handBack = "hand_back"
    case readHeld = "read_held"
    case readOrphans = "read_orphans"
    case catchUpPending = "catch_up_pending"
    case catchUpCallbacks = "catch_up_callbacks"
    case countSuspects = "count_suspects"
    case isSuspect = "is_suspect"
    case addSuspect = "add_suspect"
    case putOff = "put_off"
    case setWidth = "set_width"
    case clearSuspects = "clear_suspects"
    case noteStarted = "note_started"
    case findHeld = "find_held"
    case releaseSuspect = "release_suspect"
    case makeDue = "make_due"
    case readExpired = "read_expired"
    case readHeldClaims = "read_held_claims"
    case readLostClaims = "read_lost_claims"
    case readEnd = "read_end"
    case countJobs = "count_jobs"
    case countLiveJobs = "count_live_jobs"
    case countRefusedWrites = "count_refused_writes"
    case recordAttempt = "record_attempt"
    case repeatAttempt = "repeat_attempt"
    case recordStart = "record_start"
    case updateCallbackStatus = "update_callback_status"
    case findCallbacks = "find_callbacks"
    case listEndpoints = "list_endpoints"
    case claimCallbacks = "claim_callbacks"
    case recordOutcome = "record_outcome"
    case recordDelivery = "record_delivery"
    case releaseCallbacks = "release_callbacks"
    case listCallbacks = "list_callbacks"
    case countEndpoints = "count_endpoints"
    case getCallback = "get_callback"
    case listDeliveries = "list_deliveries"
    case enqueueCallback = "enqueue_callback"
    case findDueCallback = "find_due_callback"
    case countCallbacks = "count_callbacks"
    case readLevels = "read_levels"
    case recordLevels = "record_levels"
    case lookAtUseCases = "look_use_cases"
    case lookAtCallbacks = "look_callbacks"
    case countPending = "count_pending"
    case addHistory = "add_history"
    case addHistoryError = "add_history_error"
    case readHistory = "read_history"
    case newestHistory = "newest_history"
    case cutHistory = "cut_history"
    case cutHistoryErrors = "cut_history_errors"
    case removeCallbacks = "remove_callbacks"
    case removeDeliveries = "remove_deliveries"
    case releaseClaim = "release_claim"
    case endedRecords = "ended_records"
    case takeRecords = "take_records"
    case removeTaken = "remove_taken"
    case findPrunable = "find_prunable"
    case findStretch = "find_stretch"
    case countPrunable = "count_prunable"
    case forgetProgress = "forget_progress"
    case removeAttempts = "remove_attempts"
    case restore
    case restoreAttempt = "restore_attempt"
    case findRestored = "find_restored"
    case enterMovedBatch = "enter_moved_batch"
    case foreignWork = "foreign_work"
    case readUnserved = "read_unserved"
    case unservedQueues = "unserved_queues"
    case recordServed = "record_served"
    case registerDaemon = "register_daemon"
    case holdsLease = "holds_lease"
    case endLease = "end_lease"
    case forgetDaemons = "forget_daemons"
    case listDaemons = "list_daemons"

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
    case pruneSessions = "prune_sessions"
    case pruneTokens = "prune_tokens"
    case pruneAudit = "prune_audit"
    case pruneOperations = "prune_operations"
    case listAudit = "list_audit"
    case findLive = "find_live"
    case insertPreview = "insert_preview"
    case findOperation = "find_operation"
    case startOperation = "start_operation"
    case stopOperation = "stop_operation"
    case claimOperation = "claim_operation"
    case recordStep = "record_step"
    case readPulses = "read_pulses"

    var sql: String { SQLFile.text(rawValue) }
}

extension Database {
    /// Returns all rows of a statement; the statement is compiled once per connection.
    func rows(_ statement: Statement, _ parameters: [(any DatabaseValueConvertible)?] = []) throws -> [Row] {
        try Row.fetchAll(cachedStatement(sql: statement.sql), arguments: StatementArguments(parameters))
    }

    /// Returns a statement's rows singly, for as long as the caller asks.
    func cursor(_ statement: Statement, _ parameters: [(any DatabaseValueConvertible)?]) throws -> RowCursor {
        try Row.fetchCursor(cachedStatement(sql: statement.sql), arguments: StatementArguments(parameters))
    }

    /// Returns the only row of a statement, nil without a row.
    func row(_ statement: Statement, _ parameters: [(any DatabaseValueConvertible)?] = []) throws -> Row? {
        try rows(statement, parameters).first
    }

    func run(_ statement: Statement, _ parameters: [(any DatabaseValueConvertible)?] = []) throws {
        try cachedStatement(sql: statement.sql).execute(arguments: StatementArguments(parameters))
    }
}
