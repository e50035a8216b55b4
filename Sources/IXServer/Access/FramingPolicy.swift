package import IXCore

/// `FramingPolicy` names the web pages that may show the dashboard and its login in a frame. A page that may not can't lay
/// its own buttons over the dashboard's.
package struct FramingPolicy: Sendable, Equatable {
    /// No page may.
    package static let noPage = FramingPolicy(sources: [])

    private let sources: [String]

    private init(sources: [String]) { self.sources = sources }

    /// Reads origins such as `https://ops.example` or `http://localhost:3000`; `self` is the server's own host.
    ///
    /// Failure: `InvalidInput` naming the key for a text with a path, a wildcard, or any character that no origin has.
    package init(_ origins: [String]) throws(InvalidInput) {
        for origin in origins where origin != "self" && !Self.isOrigin(origin) {
            throw InvalidInput(
                "http.frame_ancestors", "'\(origin)' is no origin like https://ops.example, and not self")
        }
        sources = origins.map { $0 == "self" ? "'self'" : $0 }
    }

    /// The part of `Content-Security-Policy` for browsers.
    var directive: String { "frame-ancestors " + (sources.isEmpty ? "'none'" : sources.joined(separator: " ")) }

    private static func isOrigin(_ text: String) -> Bool {
        guard let scheme = ["https://", "http://"].first(where: text.hasPrefix) else { return false }
        let parts = text.dropFirst(scheme.count).split(separator: ":", omittingEmptySubsequences: false)
        let isHost = { (byte: UInt8) in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
            default: byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
            }
        }
        guard let host = parts.first, !host.isEmpty, host.utf8.allSatisfy(isHost), parts.count <= 2 else {
            return false
        }
        return parts.count == 1 || UInt16(parts[1]) != nil
    }
}
