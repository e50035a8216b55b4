import COpenAPI
import IXCore

/// Health, and the pages that problems point to.
struct HealthResource: Sendable {
    let core: ServerCore

    var routes: [Route] {
        [
            Route(.get, "/livez", "isAlive", .anonymous) { _ in
                Self.answer(core.daemon.isAlive() ? nil : "a part of the daemon makes no progress")
            },
            Route(.get, "/readyz", "isReady", .anonymous) { _ in
                Self.answer(core.daemon.unreadiness() == nil ? nil : "not ready")
            },
            Route(.get, "/startupz", "isStarted", .anonymous) { _ in
                Self.answer(core.daemon.isStarted() ? nil : "starting")
            },
            Route(.get, "/problems/{name}", "getProblem", .anonymous) { call in
                guard let kind = call.path.first.flatMap(Problem.Kind.init(rawValue:)) else { throw Problem.noRoute }
                return .text("\(kind.title)\n\n\(kind.page)\n")
            },
            Route(.get, "/openapi.json", "getDocument", .all) { _ in .json(String(cString: ix_openapi())) },
        ]
    }

    /// Health is told without a token, so a fault is told without its details.
    private static func answer(_ fault: String?) -> Answer {
        fault.map { .text("\($0)\n", status: 503) } ?? .text("ok\n")
    }
}
