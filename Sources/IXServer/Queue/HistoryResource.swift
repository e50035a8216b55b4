import IXRepresentation
import IXStore

/// What happened, in buckets of a minute, an hour or a day.
struct HistoryResource: Sendable {
    let core: ServerCore

    var routes: [Route] {
        [
            Route(
                .get, "/v1/history", "getHistory", .roles([.reader]), .ofQueue, parameters: HistoryQuestion.names
            ) { try await history($0) }.shared
        ]
    }

    private func history(_ call: Call) async throws -> Answer {
        let filter = try HistoryQuestion.filter { call.query[$0] }
        let reader = core.queue.reader(for: call)
        let buckets = try await reader.perform { try $0.history(filter) }
        guard buckets.count < HistoryFilter.most else {
            throw Problem(
                .badRequest, "The answer would have over \(HistoryFilter.most) buckets.", field: "from",
                limit: HistoryFilter.most)
        }
        return .json(HistoryJSON(filter.step, buckets).text).of(reader)
    }
}
