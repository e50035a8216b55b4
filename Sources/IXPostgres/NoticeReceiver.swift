import CLibPQ
import IXCore

/// What a server says beside its answers: warnings and notices. libpq would print them on standard error.
public struct ServerNotice: Sendable, Hashable {
    /// As the server writes it: `WARNING`, `NOTICE`, …; in the server's language where it doesn't say otherwise.
    public let severity: String
    public let text: String
    /// What to do, where the server says so.
    public let hint: String?

    /// Worth an operator's look; the others are small talk.
    public var isWarning: Bool { severity == "WARNING" }
}

/// Takes a connection's notices for as long as the connection lives.
final class NoticeReceiver {
    private let tell: @Sendable (ServerNotice) -> Void

    init(_ handle: OpaquePointer, _ tell: (@Sendable (ServerNotice) -> Void)?) {
        self.tell = tell ?? { _ in }
        // libpq calls it on the thread that drives the connection, whose link keeps this object.
        PQsetNoticeReceiver(handle, Self.receive, Unmanaged.passUnretained(self).toOpaque())
    }

    private static let receive: PQnoticeReceiver = { context, result in
        guard let context, let result else { return }
        let receiver = Unmanaged<NoticeReceiver>.fromOpaque(context).takeUnretainedValue()
        func field(_ code: Character) -> String? {
            PQresultErrorField(result, Int32(code.asciiValue ?? 0)).map { String(cString: $0) }
        }
        guard let text = field("M") else { return }
        receiver.tell(
            ServerNotice(
                severity: field("V") ?? field("S") ?? "", text: PrintedURL.withoutUsers(text), hint: field("H")))
    }
}
