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
            ) { try await list($0) }.shared
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
        if call.wantsLines {
            return try await stream(filter, start, call)
        }
        let reader = core.queue.reader(for: call)
        let page = try await ListWalk(filter, from: start, reader).page(limit)
        let next = page.next.map { $0.cursor }
        var headers: [(String, String)] = []
        if let next { headers.append(("link", "<\(call.target(after: next))>; rel=\"next\"")) }
        let text = JSONPairs([
            ("jobs", "[" + page.jobs.map { $0.json(call.caller.view) }.joined(separator: ",") + "]"),
            ("next", JSONPairs.literal(next)), ("searched_to", JSONPairs.literal(page.searchedTo?.text)),
            ("complete", "\(next == nil)"),
            ("as_of", JSONPairs.literal(min(page.asOf, Timestamp.now - .seconds(reader.age)).text)),
        ]).text
        return .json(text, headers: headers).of(reader)
    }

    /// All pages, a job per line, as fast as the reader takes pages. The first page is read before the head of the answer, because
    /// the head tells the age of the data.
    private func stream(_ filter: JobFilter, _ start: ListPosition?, _ call: Call) async throws -> Answer {
        let (view, reader) = (call.caller.view, core.queue.reader(for: call))
        let first = try await ListWalk(filter, from: start, reader).page(Self.pageLimit)
        return Answer(
            status: 200,
            body: .stream(type: "application/x-ndjson") { writer in
                var (page, access) = (first, call.access)
                while true {
                    try await writer.write(page.jobs.map { $0.json(view) + "\n" }.joined())
                    guard let next = page.next else { return }
                    try await access.check()
                    page = try await ListWalk(filter, from: next, reader).page(Self.pageLimit)
                }
            }
        ).of(reader)
    }
}

extension ListWalk {
    /// The time that the search of a page may take in a server.
    static let budget: Duration = .milliseconds(1500)

    /// Creates a walk for one answer, within the server's limits and `budget`.
    init(_ filter: JobFilter, from position: ListPosition?, _ reader: QueueReader) {
        let end = filter.createdBefore
        self.init(filter, from: position, budget: Self.budget) { filter, position, limit in
            // The reads of a walk may have different servers, and each goes on where the one before has ended.
            let window = filter.createdBefore == end ? nil : filter.createdBefore
            let reached = [position.flatMap { Timestamp($0.createdAt) }, window].compactMap { $0 }.min()
            return try await reader.perform(covering: reached) {
                try $0.list(filter, after: position, limit: limit)
            }
        }
    }

    /// Creates a walk of the server, within its limits and `budget`.
    init(_ filter: JobFilter, from position: ListPosition?, _ calls: StoreCalls) {
        self.init(filter, from: position, budget: Self.budget) { filter, position, limit in
            try await calls.perform { try $0.list(filter, after: position, limit: limit) }
        }
    }
}
