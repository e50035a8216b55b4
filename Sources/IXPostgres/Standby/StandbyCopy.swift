import IXConcurrency
package import IXCore
package import IXStore
package import IXTelemetry
package import Logging
import Synchronization

/// A hot standby for reads of the whole queue.
///
/// Each read looks first how far its own server is, at most twice a second and connection, because an address may lead to
/// several standbys. The primary is asked for its position as often, and only while reads come.
package final class StandbyCopy: ReadCopy {
    private enum Outcome<Value: Sendable>: Sendable {
        case value(Value, asOf: ContinuousClock.Instant)
        /// The standby is well, and lacks a moment that the reader needs.
        case uncovered
        case refused(String)
    }

    /// The age up to which a look counts, at the standby and at the primary.
    static let freshness = Duration.milliseconds(500)
    /// Longest wait for the primary's position. Until the next answer the last one tells the age of the data.
    private static let patience = Duration.milliseconds(250)

    private let store: PostgresStore
    private let most: Duration
    private let logger: Logger
    private let positions: Mutex<PrimaryPositions>
    private let question: SharedQuestion<ServerStanding>
    private let rule: Mutex<StandbyRule>
    private let age = Locked<Double?>(nil)

    /// Makes a copy without connecting.
    ///
    /// - Parameter parameters: lead to the standby, as `leadsToStandby` says.
    /// - Parameter primary: the store asked for the primary's position.
    /// - Parameter most: the age above which the standby isn't read.
    /// - Parameter pause: the time from a failure of the standby to the next trial.
    package init(
        _ parameters: ConnectionParameters, connections: Int, of primary: PostgresStore, most: Duration,
        pause: Duration = .seconds(5), meters: StoreMeters? = nil, logger: Logger
    ) {
        var parameters = parameters
        parameters.leadsToStandby = true
        store = PostgresStore(parameters, connections: connections, meters: meters)
        (self.most, self.logger) = (most, logger)
        positions = Mutex(PrimaryPositions())
        rule = Mutex(StandbyRule(pause: pause))
        question = SharedQuestion(pause: Self.freshness, limit: Self.patience) { [primary] in
            // ignored: without the primary its last answer tells the age of the data
            try? await primary.operate(retrying: false) { try $0.standing() }
        }
    }

    package func read<Result: Sendable>(
        covering moment: Timestamp?, _ body: @escaping @Sendable (any QueueReading) throws -> Result
    ) async throws(StoreError) -> CopyReading<Result>? {
        switch rule.withLock({ $0.decide(at: .now) }) {
        case .pass: return nil
        case .passAndTry:
            Task { await tryAgain() }
            return nil
        case .read: break
        }
        return try await ask(isTrial: false, covering: moment, body)
    }

    private func tryAgain() async {
        // ignored: `failed` keeps the failure of a trial, and a trial reads nothing
        _ = try? await ask(isTrial: true) { _ in true }
    }

    private func ask<Result: Sendable>(
        isTrial: Bool, covering moment: Timestamp? = nil,
        _ body: @escaping @Sendable (any QueueReading) throws -> Result
    ) async throws(StoreError) -> CopyReading<Result>? {
        if let standing = await question.value() { positions.withLock { $0.note(standing) } }
        let (known, most) = (positions.withLock { $0 }, most)
        do throws(StoreError) {
            let outcome = try await store.operate(retrying: false) { operations in
                try operations.onOneServer { try Self.outcome(operations, known, most, moment, body) }
            }
            switch outcome {
            case .value(let value, let asOf):
                answered(isTrial, asOf)
                return CopyReading(value, asOf: asOf)
            case .uncovered: return nil
            case .refused(let reason):
                failed(reason)
                return nil
            }
        } catch {
            if error.isOfDocument { throw error }
            // A standby that ends a read itself, because it holds up the replay or takes too long, is well.
            if isTrial || !error.isOfRead { failed(error.description) }
            return nil
        }
    }

    /// Looks how far the server is, then reads. The reading is at least as new as the look.
    private static func outcome<Result>(
        _ operations: PostgresOperations, _ known: PrimaryPositions, _ most: Duration, _ moment: Timestamp?,
        _ body: (any QueueReading) throws -> Result
    ) throws -> Outcome<Result> {
        let standing = try operations.recentStanding(within: freshness)
        guard standing.isStandby else {
            operations.link.retire()
            return .refused("no standby answers at this address; it led to a primary")
        }
        guard known.isCopy(standing) else {
            operations.link.retire()
            return .refused("the server is no copy of the database of url")
        }
        guard let asOf = known.moment(of: standing) else { return .refused("the age of the standby's data is unknown") }
        let age = ContinuousClock.now - asOf
        guard age <= most else {
            // The address may lead to a nearer standby, too.
            operations.link.retire()
            return .refused("the standby's data is \(age.components.seconds) s old")
        }
        if let moment, known.clock(at: asOf, standing) - margin < moment.inSeconds { return .uncovered }
        return .value(try body(operations), asOf: asOf)
    }

    /// The seconds for which a transaction may have been open when it committed a job: the job has the time of its beginning.
    private static let margin = 60.0

    private func answered(_ isTrial: Bool, _ asOf: ContinuousClock.Instant) {
        age.value = (ContinuousClock.now - asOf) / .seconds(1)
        guard rule.withLock({ $0.answered(isTrial: isTrial) }) != nil else { return }
        logger.log(.standbyAnswers, ["address": "\(store.location)"])
    }

    private func failed(_ reason: String) {
        guard case .ended(let reason)? = rule.withLock({ $0.failed(reason, at: .now) }) else { return }
        logger.log(.standbyLeft, ["reason": "\(reason)"])
    }

    package var state: CopyState {
        CopyState(isAnswering: rule.withLock { $0.isAnswering }, age: age.value)
    }

    package var connections: ConnectionCounts? { store.connections }

    package func close() async { await store.close() }
}

extension StoreError {
    /// True where the server ended the read, for its replay or at its time limit, and goes on.
    fileprivate var isOfRead: Bool { code == .conflict || storeCode == "57014" }
}

extension Timestamp {
    fileprivate var inSeconds: Double { Double(microseconds) / 1e6 }
}
