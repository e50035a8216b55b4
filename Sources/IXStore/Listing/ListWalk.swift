import FoundationEssentials
package import IXCore

/// Reads a list page by page, by windows of time that widen, newest jobs first.
///
/// A filter that meets few jobs doesn't read the whole table at once, and a page of any age costs its window alone, by
/// the index on the time of insertion.
package struct ListWalk: Sendable {
    /// Reads the first jobs that pass a filter behind a position, at most the number, newest first.
    package typealias Read = @Sendable (JobFilter, ListPosition?, Int) async throws -> [JobSummary]

    package struct Page: Sendable {
        package var jobs: [JobSummary] = []
        /// The position behind which the next page goes on; nil after the oldest job.
        package var next: ListPosition?
        /// The moment down to which all jobs were looked at; nil for the oldest.
        package var searchedTo: Timestamp?
        package let asOf: Timestamp
    }

    private static let firstWindow: Duration = .seconds(300)
    /// Waiting and running jobs older than three windows are read at once: their own index finds them, however old they
    /// are. A window of a long backlog spares the sort of all of it.
    private static let lastLiveWindow: Duration = .seconds(76_800)
    /// Older than any job.
    private static let start = Timestamp(microseconds: 946_684_800_000_000)
    /// The last id in the order of lists, so that a position with the id starts a moment.
    private static let lowest = UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0))

    private let filter: JobFilter
    private let position: ListPosition?
    private let budget: Duration?
    private let read: Read

    /// Creates a walk behind a position, nil for the newest job. A page that isn't full after `budget` ends where the
    /// walk is; nil sets no limit.
    package init(_ filter: JobFilter, from position: ListPosition?, budget: Duration?, read: @escaping Read) {
        self.filter = filter
        self.position = position
        self.budget = budget
        self.read = read
    }

    /// Returns the jobs behind the position, at most `limit`.
    package func page(_ limit: Int) async throws -> Page {
        let now = Timestamp.now
        var page = Page(asOf: now)
        let began = ContinuousClock.now
        let floor = floor(now)
        // A page behind a position doesn't read the jobs before it again; jobs of the position's own moment may be left.
        let end = position.flatMap { Timestamp($0.createdAt) }.map { $0 + .microseconds(1) }
        // A minute ahead, for jobs of a host whose clock is fast.
        var (upper, window) = (end ?? now + .seconds(60), Self.firstWindow)
        var bound = end
        while page.jobs.count <= limit {
            // The members of a batch are found by their batch, in any window.
            let isWhole = filter.batchID != nil || isLive && window > Self.lastLiveWindow
            let lower = isWhole ? .earliest : max(upper - window, floor)
            let isLast = lower <= max(Self.start, floor)
            page.jobs += try await read(isLast ? nil : lower, bound, limit + 1 - page.jobs.count)
            if page.jobs.count > limit { break }
            if isLast {
                page.searchedTo = nil
                return page
            }
            (upper, window, bound) = (lower, window * (isLive ? 16 : 4), lower)
            page.searchedTo = lower
            if let budget, ContinuousClock.now - began > budget {
                page.next = ListPosition(createdAt: lower.text, jobID: Self.lowest)
                return page
            }
        }
        page.jobs.removeLast(page.jobs.count - limit)
        page.next = page.jobs.last?.position
        page.searchedTo = page.next.flatMap { Timestamp($0.createdAt) }
        return page
    }

    /// The moment before which the filter takes no job. An hour is added for a store whose clock differs.
    private func floor(_ now: Timestamp) -> Timestamp {
        let newest = filter.newerThan.map { now - $0 - .seconds(3600) } ?? .earliest
        return max(filter.createdAfter ?? .earliest, newest)
    }

    private var isLive: Bool { !filter.possibleStatuses.contains(where: \.isTerminal) }

    private func read(_ lower: Timestamp?, _ upper: Timestamp?, _ limit: Int) async throws -> [JobSummary] {
        var filter = filter
        if let lower { filter.createdAfter = max(lower, filter.createdAfter ?? .earliest) }
        if let upper { filter.createdBefore = min(upper, filter.createdBefore ?? .latest) }
        return try await read(filter, position, limit)
    }
}
