import FoundationEssentials
import IXCore
import IXStore
import IXTelemetry
import Logging
import Synchronization

/// Makes the steps of operations, one operation after the other. After a restart the runner goes on where the rows say.
///
/// Concurrency: safe from any task.
final class BulkRunner: Sendable {
    private static let step = 500
    private static let lease: Duration = .seconds(60)

    private let holder = UUID.random()
    private let calls: StoreCalls
    private let logger: Logger
    private let state = Mutex((run: Task<Void, Never>?.none, isWanted: false, isDrained: false))

    init(_ calls: StoreCalls, _ logger: Logger) {
        self.calls = calls
        self.logger = logger
    }

    /// Looks for operations without a holder, and runs them.
    func wake() {
        state.withLock { state in
            state.isWanted = true
            if state.run == nil, !state.isDrained { state.run = Task { await run() } }
        }
    }

    /// Makes no further step; another server, or the next start, goes on.
    func drain() { state.withLock { $0.isDrained = true } }

    /// Returns when the step under way has ended. Requires: `drain`.
    func ended() async { await state.withLock { $0.run }?.value }

    private var isDrained: Bool { state.withLock { $0.isDrained } }

    private func run() async {
        while true {
            state.withLock { $0.isWanted = false }
            do {
                while !isDrained, let operation = try await claim() { try await finish(operation) }
            } catch {
                logger.log(.requestFailed, ["request": "bulk", "error": "\(error)"])
            }
            let isOver = state.withLock { state in
                let goesOn = state.isWanted && !state.isDrained
                if !goesOn { state.run = nil }
                return !goesOn
            }
            if isOver { return }
        }
    }

    private func claim() async throws -> BulkOperation? {
        let holder = holder
        return try await calls.perform { try $0.claimBulk(as: holder, lease: Self.lease) }
    }

    private func finish(_ operation: BulkOperation) async throws {
        var cursor = operation.cursor
        while !isDrained {
            guard let step = try await step(operation, after: cursor), step.state == .running else { return }
            cursor = step.cursor
        }
    }

    /// Makes one step with its audit, in one transaction. Returns nil when another holder has the operation.
    private func step(_ operation: BulkOperation, after cursor: String?) async throws -> BulkStep? {
        let holder = holder
        let filter: JobFilter
        do {
            filter = try BulkFilter(operation.action, operation.filter, isAll: true)
                .filter(before: Timestamp(operation.asOf))
        } catch {
            let failed = BulkStep(cursor: cursor, changed: 0, skipped: 0, state: .failed, reason: "\(error)")
            _ = try await calls.perform { try $0.recordStep(operation.id, failed, as: holder, lease: Self.lease) }
            return failed
        }
        // The page is read before the transaction: each change looks at its job again.
        let page = try await ListWalk(filter, from: cursor.flatMap(ListPosition.init), calls).page(Self.step)
        let (made, entry) = try await calls.transaction { operations -> (BulkStep?, AuditEntry?) in
            if try operations.bulkOperation(operation.id)?.isStopRequested == true {
                let stopped = BulkStep(cursor: cursor, changed: 0, skipped: 0, state: .stopped)
                return try operations.recordStep(operation.id, stopped, as: holder, lease: Self.lease)
                    ? (stopped, nil) : (nil, nil)
            }
            let changed = try Self.change(page.jobs.map(\.jobID), operation.action, operations)
            let step = BulkStep(
                cursor: page.next?.cursor ?? cursor, changed: changed, skipped: page.jobs.count - changed,
                state: page.next == nil ? .done : .running)
            guard try operations.recordStep(operation.id, step, as: holder, lease: Self.lease) else {
                throw BulkLost()
            }
            let entry = AuditEntry(
                actor: operation.actor, role: operation.role.rawValue, action: "bulk_\(operation.action.rawValue)",
                target: operation.id.uuidString.lowercased(), filter: operation.filter, count: changed)
            try operations.recordAudit(entry)
            return (step, entry)
        }
        if let entry { logger.log(entry) }
        return made
    }

    private static func change(
        _ ids: [UUID], _ action: BulkOperation.Action, _ operations: any JobOperations
    ) throws(StoreError) -> Int {
        guard !ids.isEmpty else { return 0 }
        switch action {
        case .cancel: return try operations.cancel(ids).count { $0.result == .cancelled || $0.result == .cancelling }
        case .redeliver: return try operations.redeliver(ids).count { $0.result == .due }
        case .resubmit:
            return try operations.resubmitEach(ids).count {
                if case .success(.resubmitted) = $0 { true } else { false }
            }
        }
    }
}

/// Rolls a step back whose operation another holder has.
private struct BulkLost: Error {}
