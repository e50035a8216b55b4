import COpenAPI
import IXCore

/// Health, the API document, and the pages that problems point to.
struct HealthResource: Sendable {
    let core: ServerCore

    var routes: [Route] {
        [
            Route(.get, "/livez", "isAlive", .anonymous, parameters: ["verbose"]) { call in
                try await answer(call, core.daemon.isAlive() ? nil : .other("a part of the daemon makes no progress"))
            },
            Route(.get, "/readyz", "isReady", .anonymous, parameters: ["verbose"]) { call in
                try await answer(call, unreadiness())
            },
            Route(.get, "/startupz", "isStarted", .anonymous, parameters: ["verbose"]) { call in
                try await answer(call, core.daemon.isStarted() ? nil : .other("starting"))
            },
            Route(.get, "/problems/{name}", "getProblem", .anonymous) { call in
                guard let kind = call.path.first.flatMap(Problem.Kind.init(rawValue:)) else { throw Problem.noRoute }
                return .text("\(kind.title)\n\n\(kind.page)\n")
            },
            Route(.get, "/openapi.json", "getDocument", .all) { _ in .json(String(cString: ix_openapi())) },
            Route(.get, "/docs", "getDocumentPage", .all) { _ in try DocumentPage.answer() },
        ]
    }

    private func unreadiness() async -> Unreadiness? {
        if let reason = core.daemon.unreadiness() { return reason }
        guard core.daemon.asksStore else { return nil }
        return await core.probe.fault().map { .storeAway($0) }
    }

    /// Health is told without a token, so a fault is told without its details. With a token and `verbose` the answer
    /// has them.
    private func answer(_ call: Call, _ fault: Unreadiness?) async throws -> Answer {
        if let wish = call.query["verbose"] {
            guard ["", "true"].contains(wish) else { throw InvalidInput("verbose", "has no value, or true") }
            return try await details(fault)
        }
        switch fault {
        case nil: return .text("ok\n")
        case .storeAway: throw Problem(.storeAway, "The store can't be reached now.")
        case .other: return .text("not ok\n", status: 503)
        }
    }

    private func details(_ fault: Unreadiness?) async throws -> Answer {
        let (readiness, daemon) = (await unreadiness(), core.daemon)
        return .json(
            JSONPairs([
                ("ok", "\(fault == nil)"), ("reason", JSONPairs.literal(fault?.reason)),
                ("live", "\(daemon.isAlive())"), ("ready", "\(readiness == nil)"),
                ("started", "\(daemon.isStarted())"), ("unready_because", JSONPairs.literal(readiness?.reason)),
                ("store", JSONPairs.literal(daemon.storeName)),
            ]).text, status: fault == nil ? 200 : 503)
    }
}
