import IXRepresentation
import IXStore
import Synchronization

/// `SharedAnswers` answers callers of a page of a moment ago (`Cache-Control: max-age=2`) by one reading of the store.
/// A page open in a hundred browsers costs the store no more than the page in one browser.
///
/// Guarantees: a caller gets only answers to callers of the same role, client and view. A caller without an age gets a
/// reading of its own.
final class SharedAnswers: Sendable {
    /// What two callers must have in common to share an answer.
    struct Key: Hashable {
        let role: AccessRole?
        let clientID: String?
        let showsDocuments: Bool
        /// Path and parameters as sent.
        let target: String

        init(_ caller: Caller, _ target: String) {
            (role, clientID, showsDocuments) = (caller.role, caller.clientID, caller.view.showsDocuments)
            self.target = target
        }
    }

    private struct Reading {
        let begun: ContinuousClock.Instant
        let task: Task<Answer, any Error>
    }

    private let readings = Mutex<[Key: Reading]>([:])

    /// Returns an answer whose reading began within `age`, else that of `read`. A failure is told to those who waited for it,
    /// and not kept.
    func answer(_ key: Key, within age: Duration, _ read: @escaping @Sendable () async throws -> Answer) async throws
        -> Answer
    {
        let now = ContinuousClock.now
        let reading = readings.withLock { readings in
            if let known = readings[key], now - known.begun < age { return known }
            let new = Reading(begun: now, task: Task { try await read() })
            Self.makeRoom(now, in: &readings)
            readings[key] = new
            return new
        }
        do {
            var answer = try await reading.task.value
            let seconds = (ContinuousClock.now - reading.begun).components.seconds
            answer.headers.append(("age", "\(seconds)"))
            return answer
        } catch {
            readings.withLock { if $0[key]?.task == reading.task { $0[key] = nil } }
            throw error
        }
    }

    /// Returns the age that a request's `Cache-Control` allows; nil when the caller wants a reading of its own.
    static func age(_ field: String?) -> Duration? {
        let parts = (field ?? "").lowercased().split(separator: ",").map { $0.filter { $0 != " " } }
        guard !parts.contains("no-cache"), !parts.contains("no-store"),
            let part = parts.first(where: { $0.hasPrefix("max-age=") }),
            let seconds = Int(part.dropFirst("max-age=".count)),
            seconds > 0
        else { return nil }
        return min(.seconds(seconds), longest)
    }

    private static func makeRoom(_ now: ContinuousClock.Instant, in readings: inout [Key: Reading]) {
        readings = readings.filter { now - $0.value.begun < longest }
        if readings.count >= most { readings = [:] }
    }

    private static let longest = Duration.seconds(10)
    private static let most = 64
}
