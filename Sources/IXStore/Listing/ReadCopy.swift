package import IXCore

/// The reads of the whole queue: lists, counts and the history.
package typealias QueueReading = JobReading & HistoryReading

/// A copy of the store, a few moments behind the store: on PostgreSQL a hot standby. The copy answers reads of the whole queue, so
/// a list over a long history costs the store nothing.
///
/// Guarantees: a reading lacks no commit older than its `asOf`, by the clock of this process.
/// Concurrency: safe from any task; a call suspends and never blocks the caller's thread.
package protocol ReadCopy: Sendable {
    /// Runs `body` on the copy. Nil: the copy is away, too far behind, no copy any more, or gave the read up. The caller then
    /// reads from the store.
    ///
    /// A page of a list goes on behind a job, which the store may have shown. With the job's time as `moment` the copy answers
    /// only where it has every job up to that time, so the pages of both lack none.
    ///
    /// Failure: throws the errors that the store would throw, too: of the input and of a stored document.
    func read<Result: Sendable>(
        covering moment: Timestamp?, _ body: @escaping @Sendable (any QueueReading) throws -> Result
    ) async throws(StoreError) -> CopyReading<Result>?

    /// The state of the copy as the last read found it.
    var state: CopyState { get }

    /// The connections to the copy; nil for a copy without a pool.
    var connections: ConnectionCounts? { get }

    /// Closes all connections.
    func close() async
}

extension ReadCopy {
    /// Runs `body` on the copy, however far behind the copy is within its limits.
    package func read<Result: Sendable>(
        _ body: @escaping @Sendable (any QueueReading) throws -> Result
    ) async throws(StoreError) -> CopyReading<Result>? {
        try await read(covering: nil, body)
    }
}

/// A value that a copy returned.
package struct CopyReading<Value: Sendable>: Sendable {
    package let value: Value
    /// The moment of which the value has every commit.
    package let asOf: ContinuousClock.Instant

    package init(_ value: Value, asOf: ContinuousClock.Instant) {
        (self.value, self.asOf) = (value, asOf)
    }
}

/// The state of a copy.
package struct CopyState: Sendable, Equatable {
    /// True while the copy answers reads.
    package var isAnswering: Bool
    /// Seconds by which the copy lagged at the last look; nil before the first.
    package var age: Double?

    package init(isAnswering: Bool, age: Double?) {
        (self.isAnswering, self.age) = (isAnswering, age)
    }
}
