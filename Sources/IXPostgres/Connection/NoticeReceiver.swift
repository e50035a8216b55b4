import CLibPQ
import IXCore

/// A server's warning or notice beside its answers. libpq would print the notice on standard error.
package struct ServerNotice: Sendable, Hashable {
    /// The severity as the server writes it (`WARNING`, `NOTICE`, …); in the server's language where the server sends
    /// no fixed word.
    package let severity: String
    /// The notice's text, without the user part of any URL.
    package let text: String
    /// The server's advice, nil without advice.
    package let hint: String?

    /// True for a warning, which an operator should read; other severities are informational.
    package var isWarning: Bool { severity == "WARNING" }
}

/// Receives a connection's notices for as long as the connection lives.
final class NoticeReceiver {
    private let log: @Sendable (ServerNotice) -> Void

    init(_ handle: OpaquePointer, _ log: (@Sendable (ServerNotice) -> Void)?) {
        self.log = log ?? { _ in }
        // libpq calls the receiver on the thread that drives the connection, whose link keeps this object alive.
        PQsetNoticeReceiver(handle, Self.receive, Unmanaged.passUnretained(self).toOpaque())
    }

    private static let receive: PQnoticeReceiver = { context, result in
        guard let context, let result else { return }
        let receiver = Unmanaged<NoticeReceiver>.fromOpaque(context).takeUnretainedValue()
        func field(_ code: Character) -> String? {
            PQresultErrorField(result, Int32(code.asciiValue ?? 0)).map { String(cString: $0) }
        }
        guard let text = field("M") else { return }
        receiver.log(
            ServerNotice(
                severity: field("V") ?? field("S") ?? "", text: PrintedURL.withoutUsers(text), hint: field("H")))
    }
}
