import FoundationEssentials
import IXCore
import IXSchedules
import IXStore

/// The operations that change nothing here: no clock steps, no suspects, nothing kept for operators, no callbacks.
extension MemoryOperations {
    func forgetProgress(limit: Int) throws(StoreError) {}
    func updateSuspects() throws(StoreError) -> SuspectCount { .none }
    func catchUpPending() throws(StoreError) -> Int { 0 }
    func catchUpCallbacks() throws(StoreError) -> Int { 0 }
    func expirePending(limit: Int) throws(StoreError) -> [HandedBack] { [] }
    func prune(_ retention: Retention, from cursor: PruneCursor?, limit: Int) throws(StoreError) -> PruneBatch {
        PruneBatch(count: PruneCount(), next: nil)
    }
    func pruneAccess(limit: Int, receipts: Duration?) throws(StoreError) -> Int { 0 }
    func prunable(_ retention: Retention) throws(StoreError) -> PruneCount { PruneCount() }
    func enterFile(_ file: QueueFile) throws(StoreError) -> [QueueKeyChange] { [] }
    func enterSchedules(_ file: ScheduleFile) throws(StoreError) -> [ScheduleFileChange] { [] }
    func findSchedules(limit: Int) throws(StoreError) -> DueSchedules {
        DueSchedules(now: .now, soonest: nil, schedules: [], counts: ScheduleCounts())
    }
    func planSchedules(_ plans: [SchedulePlan]) throws(StoreError) -> [Bool] { plans.map { _ in false } }
    func fireSchedules(_ fires: [ScheduleFire]) throws(StoreError) -> [ScheduleFire.Result] { fires.map { _ in .void } }
    func unservedQueues() throws(StoreError) -> [UnservedQueue] { [] }
    func recordServed(_ daemonID: UUID, _ useCases: [String]?) throws(StoreError) {}
    func recordBreakers(_ daemonID: UUID, _ breakers: [OpenBreaker]) throws(StoreError) {}
    func claimCallbacks(_ claim: CallbackClaim) throws(StoreError) -> [ClaimedCallback] { [] }
    func releaseClaim(_ claimID: UUID) throws(StoreError) {}
    func nextCallback(slots: [String: Int], shares: [String: Int]) throws(StoreError) -> Duration? { nil }
    func recordDeliveries(_ deliveries: [DeliveryCompletion]) throws(StoreError) -> Set<UUID> { [] }
}

/// The operations that no test of the engine needs.
extension MemoryOperations {
    func queues() throws(StoreError) -> [QueueState] { throw Self.missing("list_queues") }
    func queue(_ name: String) throws(StoreError) -> QueueState? { throw Self.missing("list_queues") }
    func groups(of queue: String, after key: String, limit: Int) throws(StoreError) -> [GroupState] {
        throw Self.missing("list_groups")
    }
    func setQueue(_ name: String, _ change: QueueChange) throws(StoreError) { throw Self.missing("set_queue") }
    func setGroup(_ queue: String, _ key: String, concurrency: Int?) throws(StoreError) {
        throw Self.missing("set_group")
    }
    func scaleWorkers(_ choice: DaemonChoice, to count: Int?) throws(StoreError) -> [UUID] {
        throw Self.missing("scale_workers")
    }
    func pause(_ queue: String, group: String?) throws(StoreError) -> Bool { throw Self.missing("set_paused") }
    func resume(_ queue: String, group: String?) throws(StoreError) -> Bool { throw Self.missing("set_paused") }
    func move(_ jobIDs: [UUID], to queue: String) throws(StoreError) -> [QueueMove] { throw Self.missing("move_jobs") }
    func schedules(after name: String, limit: Int) throws(StoreError) -> [ScheduleState] {
        throw Self.missing("list_schedules")
    }
    func schedule(_ name: String) throws(StoreError) -> ScheduleState? { throw Self.missing("list_schedules") }
    func setSchedule(_ definition: ScheduleDefinition) throws(StoreError) -> Int64 {
        throw Self.missing("set_schedule")
    }
    func removeSchedule(_ name: String) throws(StoreError) -> Bool { throw Self.missing("remove_schedule") }
    func pauseSchedule(_ name: String) throws(StoreError) -> Bool { throw Self.missing("pause_schedule") }
    func resumeSchedule(_ name: String) throws(StoreError) -> Bool { throw Self.missing("resume_schedule") }
    func fireSchedule(_ name: String) throws(StoreError) -> UUID { throw Self.missing("fire_now") }
    func insertBatch(_ batch: NewBatch) throws(StoreError) -> InsertResult { throw Self.missing("insert_batch") }
    func closeBatch(_ batchID: UUID) throws(StoreError) -> BatchChange { throw Self.missing("close_batch") }
    func cancelBatch(_ batchID: UUID) throws(StoreError) -> BatchChange { throw Self.missing("cancel_batch") }
    func batch(_ batchID: UUID) throws(StoreError) -> BatchState? { throw Self.missing("read_batch") }
    func batches(of clientID: String?, after position: ListPosition?, limit: Int) throws(StoreError) -> [BatchSummary] {
        throw Self.missing("list_batches")
    }
    func line(of jobID: UUID) throws(StoreError) -> LineState? { throw Self.missing("read_line") }
    func reschedule(_ jobID: UUID, runAt: String?, priority: Int?) throws(StoreError) -> Rescheduling {
        throw Self.missing("reschedule")
    }
    func insertPendingBatch(_ insertions: [NewJob]) throws(StoreError) -> [BatchInsertResult] {
        throw Self.missing("insert_pending_batch")
    }
    func resubmit(_ jobID: UUID, requestID: String?) throws(StoreError) -> Resubmission {
        throw Self.missing("resubmit")
    }
    func get(_ jobID: UUID) throws(StoreError) -> Job? { throw Self.missing("get") }
    func getByCorrelation(clientID: String, requestID: String) throws(StoreError) -> Job? { throw Self.missing("get") }
    func list(_ filter: JobFilter, after position: ListPosition?, limit: Int) throws(StoreError) -> [JobSummary] {
        throw Self.missing("list")
    }
    func jobIDs(from first: UUID, through last: UUID, limit: Int) throws(StoreError) -> [UUID] {
        throw Self.missing("find_jobs")
    }
    func unreadableJobs(limit: Int) throws(StoreError) -> [UnreadableJob] { throw Self.missing("unreadable_jobs") }
    func statistics(countingEnded: Bool) throws(StoreError) -> Statistics { throw Self.missing("statistics") }
    func surroundings() throws(StoreError) -> Statistics { throw Self.missing("statistics") }
    func addHistory(_ buckets: [HistoryBucket]) throws(StoreError) { throw Self.missing("add_history") }
    func replaceHistory(_ buckets: [HistoryBucket], step: HistoryStep) throws(StoreError) {
        throw Self.missing("add_history")
    }
    func storedHistory(
        _ step: HistoryStep, useCase: String?, from: Int, to: Int, limit: Int
    ) throws(StoreError) -> [HistoryBucket] { throw Self.missing("read_history") }
    func newestHistory(_ step: HistoryStep) throws(StoreError) -> (start: Int?, now: Int) {
        throw Self.missing("newest_history")
    }
    func cutHistory(_ step: HistoryStep, before moment: Int, limit: Int) throws(StoreError) -> Int {
        throw Self.missing("cut_history")
    }
    func levels() throws(StoreError) -> LevelsReading? { throw Self.missing("levels") }
    func lookAtQueue() throws(StoreError) -> QueueLevels { throw Self.missing("look_use_cases") }
    func countPending() throws(StoreError) -> [QueueLevels.UseCase] { throw Self.missing("count_pending") }
    func estimatePending() throws(StoreError) -> Int? { throw Self.missing("estimate_pending") }
    func recordLevels(_ levels: QueueLevels, by daemonID: UUID) throws(StoreError) {
        throw Self.missing("record_levels")
    }
    func attempts(of jobID: UUID) throws(StoreError) -> [AttemptRecord] { throw Self.missing("attempts") }
    func progress(of jobID: UUID) throws(StoreError) -> ProgressRecord? { throw Self.missing("progress") }
    func updateCallbackStatus(_ jobID: UUID, _ status: CallbackStatus) throws(StoreError) -> Bool {
        throw Self.missing("update_callback_status")
    }
    func callbacks(_ filter: CallbackFilter, limit: Int) throws(StoreError) -> [CallbackRecord] {
        throw Self.missing("callbacks")
    }
    func recordClosedEndpoints(_ daemonID: UUID, _ endpoints: [String]) throws(StoreError) {}
    func endpoints(limit: Int) throws(StoreError) -> [EndpointCounts] { throw Self.missing("endpoints") }
    func callback(of jobID: UUID) throws(StoreError) -> CallbackRecord? { throw Self.missing("callback") }
    func deliveries(of jobID: UUID) throws(StoreError) -> [DeliveryRecord] { throw Self.missing("deliveries") }
    func redeliver(_ jobIDs: [UUID]) throws(StoreError) -> [Redelivery] { throw Self.missing("redeliver") }
    func endedRecords(after jobID: UUID?, limit: Int) throws(StoreError) -> [JobRecord] { throw Self.missing("move") }
    func takeRecords(after jobID: UUID?, limit: Int, forced: Bool) throws(StoreError) -> [JobRecord] {
        throw Self.missing("move")
    }
    func takeRecords(of clientID: String, after requestID: String?, limit: Int, forced: Bool) throws(StoreError)
        -> [JobRecord]
    { throw Self.missing("move") }
    func removeTaken(_ jobIDs: [UUID]) throws(StoreError) { throw Self.missing("move") }
    func restore(_ schedule: ScheduleState) throws(StoreError) -> Bool { throw Self.missing("restore_schedule") }
    func restore(_ records: [JobRecord]) throws(StoreError) -> [Restored] { throw Self.missing("move") }
    func noteMembers(of batchID: UUID, after jobID: UUID?, limit: Int) throws(StoreError) -> UUID? {
        throw Self.missing("move")
    }
    func receipts(of clientID: String?, after keys: Receipt.Keys?, limit: Int) throws(StoreError) -> Receipt.Page {
        throw Self.missing("move")
    }
    func restoreReceipts(_ receipts: [Receipt]) throws(StoreError) { throw Self.missing("move") }
    func dedupes(of clientID: String?, after last: DedupeRecord?, limit: Int) throws(StoreError) -> [DedupeRecord] {
        throw Self.missing("move")
    }
    func restoreDedupes(_ dedupes: [DedupeRecord]) throws(StoreError) { throw Self.missing("move") }
    func enterMovedBatch(_ batch: MovedBatch) throws(StoreError) -> Bool { throw Self.missing("move") }
}

/// The operations of the HTTP API, which no test of the engine needs.
extension MemoryOperations {
    func live(among jobIDs: [UUID]) throws(StoreError) -> Set<UUID> { throw Self.missing("find_live") }
    func pulses(of jobIDs: [UUID]) throws(StoreError) -> [UUID: JobPulse] { throw Self.missing("read_pulses") }
    func erase(_ jobID: UUID) throws(StoreError) -> Erasure { throw Self.missing("erase") }
    func eraseReceipts(of clientID: String, limit: Int) throws(StoreError) -> Int { throw Self.missing("erase") }
    func tokens() throws(StoreError) -> [AccessToken] { throw Self.missing("tokens") }
    func token(_ id: String) throws(StoreError) -> AccessToken? { throw Self.missing("tokens") }
    func insertToken(_ token: AccessToken) throws(StoreError) { throw Self.missing("tokens") }
    func endToken(_ nameOrID: String, at moment: String?, successor: String?) throws(StoreError) -> Int {
        throw Self.missing("tokens")
    }
    func noteUse(_ ids: [String]) throws(StoreError) { throw Self.missing("tokens") }
    func insertSession(_ session: AccessSession) throws(StoreError) { throw Self.missing("sessions") }
    func session(_ hash: String) throws(StoreError) -> AccessSession? { throw Self.missing("sessions") }
    func endSession(_ hash: String) throws(StoreError) -> Bool { throw Self.missing("sessions") }
    func recordAudit(_ entry: AuditEntry) throws(StoreError) { throw Self.missing("audit") }
    func audit(before number: Int64?, limit: Int) throws(StoreError) -> [AuditEntry] { throw Self.missing("audit") }
    func insertPreview(_ operation: BulkOperation, lifetime: Duration) throws(StoreError) {
        throw Self.missing("operations")
    }
    func bulkOperation(_ id: UUID) throws(StoreError) -> BulkOperation? { throw Self.missing("operations") }
    func startBulk(_ id: UUID) throws(StoreError) -> Bool { throw Self.missing("operations") }
    func stopBulk(_ id: UUID) throws(StoreError) -> Bool { throw Self.missing("operations") }
    func claimBulk(as holder: UUID, lease: Duration) throws(StoreError) -> BulkOperation? {
        throw Self.missing("operations")
    }
    func recordStep(_ id: UUID, _ step: BulkStep, as holder: UUID, lease: Duration) throws(StoreError) -> Bool {
        throw Self.missing("operations")
    }
}
