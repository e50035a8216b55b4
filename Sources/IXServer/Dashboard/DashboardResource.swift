/// The dashboard: a page at the root, and the files that the page loads. All else comes from `/v1`.
///
/// Page and files hold nothing of the queue, so they need no token.
struct DashboardResource: Sendable {
    let framing: FramingPolicy

    var routes: [Route] {
        let policy = Self.policy + "; " + framing.directive
        return [
            Route(.get, "/", "getDashboard", .anonymous) { call in
                Self.answer(DashboardFile.page, call, [("content-security-policy", policy)])
            },
            Route(.get, "/ui/{hash}/{file}", "getDashboardFile", .anonymous) { try Self.file($0) },
        ]
    }

    private static func file(_ call: Call) throws -> Answer {
        guard call.path.first == DashboardFile.hash, let file = call.path.last.flatMap({ DashboardFile.all[$0] }) else {
            throw Problem(.notFound, "The server has no such file; a page of another version asks for others.")
        }
        return answer(file, call, [("cache-control", "public, max-age=31536000, immutable")])
    }

    private static func answer(_ file: DashboardFile, _ call: Call, _ fields: [(String, String)]) -> Answer {
        let packed = acceptsGzip(call.header("accept-encoding") ?? "") ? file.compressed : nil
        return Answer(
            status: 200,
            headers: fields + [("vary", "accept-encoding")] + (packed == nil ? [] : [("content-encoding", "gzip")]),
            body: .bytes(packed ?? file.plain, type: file.type))
    }

    /// True when the field `Accept-Encoding` names gzip, and doesn't refuse it by a weight of 0.
    static func acceptsGzip(_ field: String) -> Bool {
        field.lowercased().split(separator: ",").contains { part in
            let words = part.split(separator: ";").map { $0.filter { $0 != " " } }
            guard words.first == "gzip" else { return false }
            return !words.dropFirst().contains { $0.hasPrefix("q=") && Double($0.dropFirst(2)) ?? 0 == 0 }
        }
    }

    /// The browser runs the server's own files and nothing that a job holds: no inline script or style, no other host.
    private static let policy = [
        "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self'", "connect-src 'self'",
        "worker-src 'self'", "base-uri 'none'", "form-action 'self'",
        "require-trusted-types-for 'script'", "trusted-types ix",
    ].joined(separator: "; ")
}
