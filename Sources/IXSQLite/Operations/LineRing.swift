import Synchronization

/// `LineRing` is where the walks over the lines go on: the queue served last, and in each queue the group served last. It is in
/// memory alone, because a walk from the start is fair, too, over time.
final class LineRing: Sendable {
    private struct State {
        var queue = ""
        var groups: [String: String] = [:]
        var isLineNext = true
    }

    /// So many groups are kept; a ring that grows over it begins anew.
    private static let most = 10_000

    private let state = Mutex(State())

    /// The queue served last.
    var queue: String { state.withLock { $0.queue } }

    /// True when the next claim asks the lines first. Plain jobs and lines take turns while both have jobs.
    var isLineNext: Bool {
        get { state.withLock { $0.isLineNext } }
        set { state.withLock { $0.isLineNext = newValue } }
    }

    /// The group served last at a priority of a queue; empty before the first.
    func group(_ queue: String, _ priority: Int) -> String {
        state.withLock { $0.groups["\(queue) \(priority)"] ?? "" }
    }

    /// Notes the group that got a place.
    func served(_ queue: String, _ priority: Int, _ group: String) {
        state.withLock { state in
            if state.groups.count >= Self.most { state.groups = [:] }
            state.groups["\(queue) \(priority)"] = group
            state.queue = queue
            state.isLineNext = false
        }
    }
}
