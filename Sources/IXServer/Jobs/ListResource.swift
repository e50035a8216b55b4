import FoundationEssentials
import IXCore
import IXRepresentation
import IXStore

/// Lists of jobs, newest first, within a time budget.
struct ListResource: Sendable {
    let core: ServerCore

    private static let pageLimit = 500

    var routes: [Route] {
        [
            Route(
                .get, "/v1/jobs", "listJobs", .roles([.reader, .producer]),
                parameters: FilterGrammar.names + ["after", "limit"]
            ) { try await list($0) }
        ]
    }

    private func list(_ call: Call) async throws -> Answer {
        var filter = try FilterGrammar.read(call.query.pairs.filter { FilterGrammar.names.contains($0.name) })
        if let own = call.caller.clientID {
            guard filter.clientIDs.isSubset(of: [own]) else { throw Problem.notFound }
            filter.clientIDs = [own]
        }
        let limit = try call.query.integer("limit", in: 1...Self.pageLimit) ?? 50
        let start = try call.query["after"].map { text throws(InvalidInput) in
            guard let position = ListPosition(cursor: text) else { throw InvalidInput("after", "is no cursor") }
            return position
        }
        if call.header("accept")?.contains("application/x-ndjson") == true {
            return stream(filter, start, call.caller.view)
        }
        let page = try await ListWalk(core.reads, filter, from: start).page(limit)
        let next = page.next.map { $0.cursor }
        var headers: [(String, String)] = []
        if let next { headers.append(("link", "<\(call.target(after: next))>; rel=\"next\"")) }
        let text = JSONPairs([
            ("jobs", "[" + page.jobs.map { $0.json(call.caller.view) }.joined(separator: ",") + "]"),
            ("next", JSONPairs.literal(next)), ("searched_to", JSONPairs.literal(page.searchedTo?.text)),
            ("complete", "\(next == nil)"), ("as_of", JSONPairs.literal(page.asOf.text)),
        ]).text
        return .json(text, headers: headers)
    }

    /// All pages, a job per line, as fast as the reader takes them.
    private func stream(_ filter: JobFilter, _ start: ListPosition?, _ view: View) -> Answer {
        Answer(
            status: 200,
            body: .stream(type: "application/x-ndjson") { writer in
                var position = start
                repeat {
                    let page = try await ListWalk(core.reads, filter, from: position).page(Self.pageLimit)
                    try await writer.write(page.jobs.map { $0.json(view) + "\n" }.joined())
                    position = page.next
                } while position != nil
            })
    }
}

/// Reads a page by windows of time that widen, so that a filter that meets little doesn't read the whole table at once.
struct ListWalk: Sendable {
    struct Page: Sendable {
        var jobs: [JobSummary] = []
        /// The position behind which the next page goes on; nil after the oldest job.
        var next: ListPosition?
        /// The moment down to which all jobs were looked at; nil for the oldest.
        var searchedTo: Timestamp?
        let asOf: Timestamp
    }

    private static let budget: Duration = .milliseconds(1500)
    private static let firstWindow: Duration = .seconds(3600)
    /// Older than any job.
    private static let start = Timestamp(microseconds: 946_684_800_000_000)
    /// The id that comes after every other in the order of lists, so that a position with it starts a moment.
    private static let lowest = UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0))

    private let calls: StoreCalls
    private let filter: JobFilter
    private let position: ListPosition?

    init(_ calls: StoreCalls, _ filter: JobFilter, from position: ListPosition?) {
        self.calls = calls
        self.filter = filter
        self.position = position
    }

    func page(_ limit: Int) async throws -> Page {
        let now = Timestamp(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000))
        var page = Page(asOf: now)
        let began = ContinuousClock.now
        // A minute ahead, for jobs of a host whose clock is fast.
        var (upper, window) = (position.flatMap { Timestamp($0.createdAt) } ?? now + .seconds(60), Self.firstWindow)
        var isFirst = true
        while page.jobs.count <= limit {
            let lower = isLive ? .earliest : max(upper - window, filter.createdAfter ?? .earliest)
            let isLast = lower <= max(Self.start, filter.createdAfter ?? .earliest)
            page.jobs += try await read(isLast ? nil : lower, isFirst ? nil : upper, limit + 1 - page.jobs.count)
            if page.jobs.count > limit { break }
            if isLast {
                page.searchedTo = nil
                return page
            }
            (upper, window, isFirst) = (lower, window * 4, false)
            page.searchedTo = lower
            if ContinuousClock.now - began > Self.budget {
                page.next = ListPosition(createdAt: lower.text, jobID: Self.lowest)
                return page
            }
        }
        page.jobs.removeLast(page.jobs.count - limit)
        page.next = page.jobs.last?.position
        page.searchedTo = page.next.flatMap { Timestamp($0.createdAt) }
        return page
    }

    /// Pending and running jobs are found by their own index, however old they are.
    private var isLive: Bool { !filter.possibleStatuses.contains(where: \.isTerminal) }

    private func read(_ lower: Timestamp?, _ upper: Timestamp?, _ limit: Int) async throws -> [JobSummary] {
        var filter = filter
        if let lower { filter.createdAfter = max(lower, filter.createdAfter ?? .earliest) }
        if let upper { filter.createdBefore = min(upper, filter.createdBefore ?? .latest) }
        let (bounded, position) = (filter, position)
        return try await calls.perform { try $0.list(bounded, after: position, limit: limit) }
    }
}
