import HTTPTypes
import HummingbirdCore
import IXRepresentation

/// The cookie that holds a browser's session. No script reads it, no foreign page sends it.
struct SessionCookie: Sendable {
    private static let name = "ix_session"
    /// The life of a session.
    static let lifetime: Duration = .seconds(12 * 3600)

    private let attributes: String

    /// `isSecure` keeps the cookie from connections without encryption.
    init(_ settings: ServerSettings, isSecure: Bool) {
        let path = settings.prefix.isEmpty ? "/" : settings.prefix
        attributes = "; Path=\(path); HttpOnly; SameSite=Strict" + (isSecure ? "; Secure" : "")
    }

    /// Returns the field that gives the browser its session.
    func field(_ secret: SessionSecret) -> (String, String) {
        ("set-cookie", "\(Self.name)=\(secret.text)\(attributes); Max-Age=\(Self.lifetime.components.seconds)")
    }

    /// The field that takes the cookie from the browser.
    var cleared: (String, String) { ("set-cookie", "\(Self.name)=\(attributes); Max-Age=0") }

    /// Returns the text of the session's cookie; nil without one.
    static func text(in request: Request) -> String? {
        for pair in (request.headers[.cookie] ?? "").split(separator: ";") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if parts.count == 2, parts[0].filter({ $0 != " " }) == name { return parts[1].filter { $0 != " " } }
        }
        return nil
    }
}
